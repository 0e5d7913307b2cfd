import fs from "node:fs";
import { keylessSigning, type KeylessServices } from "../../../trust/keyless";
import { signStatement } from "../../../trust/sign";
import { readTrustedRoot } from "../../../trust/trusted-root";
import { verifyRecord } from "../../../trust/verify";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { CERTIFICATES, ENTRIES, ENTRIES_V2, idToken, Sigstore, TIMESTAMPS } from "./sigstore";
import { STATEMENT } from "../../unit/trust/statement";

const WHO = {
  identity: "https://github.com/example/images/.github/workflows/release.yml@refs/heads/main",
  issuer: "https://token.actions.githubusercontent.com",
};
const TOKEN = idToken({ sub: WHO.identity, iss: WHO.issuer });

const folder = temporaryFolder();
let sigstore: Sigstore;
beforeAll(async () => (sigstore = await Sigstore.start()));
afterAll(() => sigstore.stop());

const sign = (token = TOKEN, services: KeylessServices = sigstore.services) => {
  const { signer, witnesses } = keylessSigning(services, { getToken: async () => token });
  return signStatement(STATEMENT, signer, witnesses);
};

/** The trusted root as a user has it in a file. */
function rootOf(service = sigstore, text = service.trustedRoot) {
  const file = `${folder}/trusted_root.json`;
  fs.writeFileSync(file, text);
  return readTrustedRoot(file);
}

const verify = (record: string, trusted = { ...WHO, root: rootOf() }) =>
  verifyRecord(record, "r.json", [], trusted);

interface Bundle {
  dsseEnvelope: { payload: string; signatures: { sig: string }[] };
  verificationMaterial: {
    certificate: { rawBytes: string };
    tlogEntries: {
      integratedTime: string;
      canonicalizedBody: string;
      inclusionPromise: { signedEntryTimestamp: string };
    }[];
  };
}

/** The record with one change. */
async function changed(change: (bundle: Bundle) => void): Promise<string> {
  const bundle = JSON.parse(await sign()) as Bundle;
  change(bundle);
  return JSON.stringify(bundle);
}

function flip(base64: string, at = 60): string {
  const bytes = Buffer.from(base64, "base64");
  bytes[at % bytes.length] = bytes[at % bytes.length]! ^ 1;
  return bytes.toString("base64");
}

test("a record that an identity signed says what was signed, and is in the log", async () => {
  const record = await sign();
  expect(verify(record)).toEqual(STATEMENT);
  expect(sigstore.requests).toEqual([CERTIFICATES, ENTRIES]);
});

test("so does one with a log that tells no time, when an authority does", async () => {
  sigstore.requests.length = 0;
  const record = await sign(TOKEN, sigstore.servicesOfVersion2);
  expect([...sigstore.requests].sort()).toEqual([TIMESTAMPS, CERTIFICATES, ENTRIES_V2].sort());
  expect(verify(record)).toEqual(STATEMENT);

  const root = JSON.parse(sigstore.trustedRoot) as Record<string, unknown>;
  delete root.timestampAuthorities;
  const noClock = rootOf(sigstore, JSON.stringify(root));
  expect(() => verify(record, { ...WHO, root: noClock })).toThrow(
    /^r\.json: nothing that is trusted says when it was signed \(/,
  );
  const bundle = JSON.parse(record) as { verificationMaterial: Record<string, unknown> };
  delete bundle.verificationMaterial.timestampVerificationData;
  expect(() => verify(JSON.stringify(bundle))).toThrow(
    /^r\.json: nothing that is trusted says when it was signed \(/,
  );
});

test.each<[string, Partial<typeof WHO>, RegExp]>([
  [
    "other identity",
    { identity: WHO.identity.replace("main", "fork") },
    /^r\.json: signed by .*@refs\/heads\/main, not by .*fork$/,
  ],
  // The library by itself treats an identity as a pattern.
  ["identity that is a part of it", { identity: "https://github.com/example" }, /^r\.json: signed by /],
  [
    "identity that is a pattern of it",
    { identity: WHO.identity.replace("main", ".*") },
    /^r\.json: signed by /,
  ],
  ["empty identity", { identity: "" }, /^r\.json: signed by /],
  [
    "other issuer",
    { issuer: "https://accounts.google.com" },
    /^r\.json: .* was vouched for by https:\/\/token\.actions.*, not by https:\/\/accounts/,
  ],
])("and nobody else's: %s", async (_what, other, says) => {
  const record = await sign();
  expect(() => verify(record, { ...WHO, ...other, root: rootOf() })).toThrow(says);
});

test.each<[string, (bundle: Bundle) => void, RegExp]>([
  [
    "a bit of the payload",
    ({ dsseEnvelope }) => (dsseEnvelope.payload = flip(dsseEnvelope.payload)),
    /^r\.json: the signature does not fit: the record was changed after it was signed/,
  ],
  [
    "a bit of the signature",
    ({ dsseEnvelope: { signatures } }) => (signatures[0]!.sig = flip(signatures[0]!.sig)),
    /^r\.json: the signature does not fit/,
  ],
  [
    "a bit of the log entry",
    ({ verificationMaterial: { tlogEntries } }) =>
      (tlogEntries[0]!.inclusionPromise.signedEntryTimestamp = flip(
        tlogEntries[0]!.inclusionPromise.signedEntryTimestamp,
      )),
    /^r\.json: its entry in the transparency log does not count/,
  ],
  [
    "another time of signing",
    ({ verificationMaterial: { tlogEntries } }) =>
      (tlogEntries[0]!.integratedTime = String(Number(tlogEntries[0]!.integratedTime) + 60)),
    /^r\.json: its entry in the transparency log does not count/,
  ],
  [
    "a time when the certificate was no longer good",
    ({ verificationMaterial: { tlogEntries } }) =>
      (tlogEntries[0]!.integratedTime = String(Number(tlogEntries[0]!.integratedTime) + 3600)),
    /^r\.json: its certificate does not count/,
  ],
  [
    "no log entry",
    ({ verificationMaterial }) => (verificationMaterial.tlogEntries = []),
    /^r\.json: signed without a key, and in no transparency log/,
  ],
])("one thing that differs is caught: %s", async (_what, change, says) => {
  const record = await changed(change);
  expect(() => verify(record)).toThrow(says);
});

test("any bit of the certificate, the log entry or its proofs that differs is caught", async () => {
  const whole = await sign();
  const { certificate, tlogEntries } = (JSON.parse(whole) as Bundle).verificationMaterial;
  const [entry] = tlogEntries;
  const parts = [
    certificate.rawBytes,
    entry!.canonicalizedBody,
    entry!.inclusionPromise.signedEntryTimestamp,
  ];
  for (const part of parts) {
    // The library ignores the very first byte, a certificate's outermost tag, which carries no information.
    for (let at = 4; at < part.length / 2; at += 11) {
      expect(() => verify(whole.replace(part, flip(part, at)))).toThrow(
        /^r\.json: (its|the|a sigstore bundle) /,
      );
    }
  }
});

test("a log entry of another record is not this one's", async () => {
  const other = JSON.parse(await sign()) as Bundle;
  const record = await changed(({ verificationMaterial }) => {
    verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
  });
  expect(() => verify(record)).toThrow(/^r\.json: the signature does not fit/);
});

test("authorities and logs of another sigstore count for nothing", async () => {
  const other = await Sigstore.start();
  try {
    const record = await sign();
    expect(() => verify(record, { ...WHO, root: rootOf(other) })).toThrow(
      /^r\.json: its certificate does not count .* the trusted root knows no such authority/,
    );
    const mixed = {
      ...(JSON.parse(sigstore.trustedRoot) as object),
      tlogs: (JSON.parse(other.trustedRoot) as { tlogs: object }).tlogs,
    };
    expect(() => verify(record, { ...WHO, root: rootOf(sigstore, JSON.stringify(mixed)) })).toThrow(
      /^r\.json: its entry in the transparency log does not count/,
    );
  } finally {
    await other.stop();
  }
});

test("without an identity it is not enough to have keys", async () => {
  const record = await sign();
  expect(() => verifyRecord(record, "r.json", [])).toThrow(
    /^r\.json: signed without a key; say whose word counts with --certificate-identity and --certificate-oidc-issuer$/,
  );
});

test("the root of sigstore's public service is read, and knows nothing of this one", async () => {
  // As shipped with the library; the newest is fetched over TUF, which no test does.
  const seeds = JSON.parse(fs.readFileSync(require.resolve("@sigstore/tuf/seeds.json"), "utf8")) as Record<
    string,
    { targets: Record<string, string> }
  >;
  const seed = seeds["https://tuf-repo-cdn.sigstore.dev"]!.targets["trusted_root.json"]!;
  const root = rootOf(sigstore, Buffer.from(seed, "base64").toString("utf8"));
  expect(root.tlogs.map(({ baseURL }) => baseURL)).toContain("https://rekor.sigstore.dev");
  const record = await sign();
  expect(() => verify(record, { ...WHO, root })).toThrow(/^r\.json: its certificate does not count/);
});

test.each([
  { text: undefined, says: /trusted_root\.json: cannot be read \(ENOENT\); give --trusted-root/ },
  { text: "{", says: /trusted_root\.json: not a sigstore trusted root; / },
  { text: "{}", says: /trusted_root\.json: not a sigstore trusted root; / },
  {
    text: '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}',
    says: /not a sigstore trusted root/,
  },
])("a trusted root that is $text is refused", ({ text, says }) => {
  const file = `${folder}/${text === undefined ? "none/" : ""}trusted_root.json`;
  if (text !== undefined) fs.writeFileSync(file, text);
  expect(() => readTrustedRoot(file)).toThrow(says);
});

describe("signing is refused in one line that shows no token", () => {
  const past = Math.floor(Date.now() / 1000) - 60;

  test.each<[string, string, RegExp]>([
    ["no JWT", "secret-thing", /^keyless: what SIGSTORE_ID_TOKEN holds is no OIDC token \(a JWT\)$/],
    ["nobody's", idToken({}), /^keyless: the OIDC token names nobody: it has neither email nor sub$/],
    [
      "an address that nobody checked",
      idToken({ sub: "1", email: "a@example.org" }),
      /^keyless: the OIDC token's issuer has not verified its e-mail address$/,
    ],
    [
      "over",
      idToken({ sub: "x", exp: past }),
      /^keyless: the OIDC token ended at 20.*Z; set SIGSTORE_ID_TOKEN to a new one/,
    ],
  ])("a token that is %s", async (_what, token, says) => {
    const error = await sign(token).then(String, (thrown: Error) => thrown);
    expect(error).toHaveProperty("message", expect.stringMatching(says));
    expect(String((error as Error).message)).not.toContain(token);
  });

  test("no token at all", async () => {
    const { signer } = keylessSigning(sigstore.services, {
      getToken: () => Promise.reject(new Error("none")),
    });
    await expect(signer.sign(Buffer.alloc(0))).rejects.toThrow(
      /^keyless: nobody to sign as; run it in a GitHub Actions job .* or set SIGSTORE_ID_TOKEN/,
    );
  });

  test("Fulcio, and Rekor, that say no", async () => {
    sigstore.refusals.set(CERTIFICATES, {
      status: 400,
      message: "There was an error processing the identity token",
    });
    await expect(sign()).rejects.toThrow(
      /^keyless: http:\/\/127\.0\.0\.1:\d+ gave no certificate \(\(?400\)? There was an error processing the identity token\); check/,
    );
    sigstore.refusals.set(ENTRIES, { status: 400, message: "bad entry" });
    sigstore.refusals.set(TIMESTAMPS, { status: 400, message: "what time is it" });
    await expect(sign(TOKEN, sigstore.servicesOfVersion2)).rejects.toThrow(
      /^keyless: http.* gave no timestamp \(\(?400\)? what time is it\); nothing was shared/,
    );
    await expect(sign()).rejects.toThrow(
      /^keyless: http.* took no entry \(\(?400\)? bad entry\); nothing was shared/,
    );
  });
});
