import { generateKeyPairSync, sign } from "node:crypto";

import { keyFileSigner, signStatement } from "../../../trust/sign";
import { verifyRecord } from "../../../trust/verify";
import { STATEMENT } from "./statement";

const KEYS = {
  ed25519: generateKeyPairSync("ed25519"),
  "ECDSA P-256": generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
};
const pem = (key: { export(options: object): string | Buffer }, type: string) =>
  key.export({ format: "pem", type }).toString();

describe.each(Object.entries(KEYS))("a record signed with %s", (_name, { privateKey, publicKey }) => {
  const trusted = pem(publicKey, "spki");
  const make = () => signStatement(STATEMENT, keyFileSigner(pem(privateKey, "pkcs8"), "release.key"));

  test("gives back the statement that was signed", async () => {
    expect(verifyRecord(await make(), "r.json", [trusted])).toEqual(STATEMENT);
  });

  test("has what other verifiers of sigstore bundles want, and no name of the key that only some of them know", async () => {
    const { dsseEnvelope, verificationMaterial } = JSON.parse(await make()) as {
      dsseEnvelope: { signatures: object[] };
      verificationMaterial: object;
    };
    expect(dsseEnvelope.signatures).toEqual([{ sig: expect.any(String) as string }]);
    expect(verificationMaterial).toMatchObject({
      publicKey: { hint: expect.any(String) as string },
      tlogEntries: [],
    });
  });

  test("is refused when any byte of payload or signature was changed", async () => {
    const record = JSON.parse(await make()) as {
      dsseEnvelope: { payload: string; signatures: { sig: string }[] };
    };
    const flip = (text: string, at: number) => {
      const bytes = Buffer.from(text, "base64");
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
      return bytes.toString("base64");
    };
    for (const at of [0, 7, 40, 41, 200, 500]) {
      const payload = {
        ...record,
        dsseEnvelope: { ...record.dsseEnvelope, payload: flip(record.dsseEnvelope.payload, at) },
      };
      expect(() => verifyRecord(JSON.stringify(payload), "r.json", [trusted])).toThrow(
        "changed after it was signed",
      );
      const signatures = record.dsseEnvelope.signatures.map((each) => ({ ...each, sig: flip(each.sig, at) }));
      const signature = { ...record, dsseEnvelope: { ...record.dsseEnvelope, signatures } };
      expect(() => verifyRecord(JSON.stringify(signature), "r.json", [trusted])).toThrow(
        "changed after it was signed",
      );
    }
  });

  /** Signs the payload as it is, whatever its contents. */
  const signed = async (payload: Buffer) => {
    const record = JSON.parse(await make()) as {
      dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
    };
    const { payloadType } = record.dsseEnvelope;
    const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
    const algorithm = privateKey.asymmetricKeyType === "ed25519" ? null : "sha256";
    const sig = sign(algorithm, Buffer.concat([Buffer.from(head), payload]), privateKey).toString("base64");
    Object.assign(record.dsseEnvelope, { payload: payload.toString("base64"), signatures: [{ sig }] });
    return JSON.stringify(record);
  };
  const TEXT = JSON.stringify(STATEMENT);

  test.each<{ what: string; payload: Buffer; says: RegExp }>([
    {
      what: "two products",
      payload: Buffer.from(TEXT.replace('"product":', '"product":"other","product":')),
      says: /r\.json, what was signed: has the key "product" twice in one place/,
    },
    {
      what: "two lists of subjects, one in other signs",
      payload: Buffer.from(TEXT.replace('"subject":', '"subj\\u0065ct":[],"subject":')),
      says: /has the key "subject" twice/,
    },
    {
      what: "bytes that are no text",
      payload: Buffer.from(TEXT.replace("Example", "\xff"), "latin1"),
      says: /what was signed: not JSON: it is no UTF-8/,
    },
  ])("that says two things, to readers of two kinds, is refused: $what", async ({ payload, says }) => {
    const record = await signed(payload);
    expect(() => verifyRecord(record, "r.json", [trusted])).toThrow(says);
  });

  test("that has one key in several places is right", async () => {
    expect(verifyRecord(await signed(Buffer.from(TEXT)), "r.json", [trusted])).toEqual(STATEMENT);
  });

  test("is refused with another key, and named so", async () => {
    const other = pem(generateKeyPairSync("ed25519").publicKey, "spki");
    const record = await make();
    expect(() => verifyRecord(record, "r.json", [other])).toThrow(/r\.json: signed by another key/);
    expect(verifyRecord(record, "r.json", [other, trusted])).toEqual(STATEMENT);
  });
});

test.each([
  { given: "{", want: "r.json: not JSON" },
  { given: "{}", want: "r.json: not a sigstore bundle" },
])("$given is $want", ({ given, want }) => {
  expect(() => verifyRecord(given, "r.json", [])).toThrow(want);
});

test("a key of another kind signs nothing", () => {
  const rsa = pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, "pkcs8");
  expect(() => keyFileSigner(rsa, "k.pem")).toThrow(
    /k\.pem: a key of type rsa .*needed: an Ed25519 or ECDSA P-256/,
  );
  expect(() => keyFileSigner("x", "k.pem")).toThrow("k.pem: not a private key");
});
