import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/gcp";
import { verifyRecord } from "../../../trust/verify";
import { failure, Harness } from "../../unit/provider/harness";
import { recordInputs } from "../../unit/provider/record-inputs";
import { expectIndexSignedBy } from "../signed-index/with-kms";

let h: Harness;
let ring: string;
let cloud: RunningCloud;
beforeAll(async () => {
  h = new Harness();
  cloud = await h.start(start);
  h.project();
  const location = `projects/${process.env.GCP_PROJECT}/locations/europe`;
  ring = `${location}/keyRings/release`;
  await ask("POST", `${location}/keyRings?keyRingId=release`, {});
});
afterAll(() => h.stop());

async function ask(method: string, path: string, body: object): Promise<{ name?: string }> {
  const answer = await fetch(`${process.env.STORAGE_EMULATOR_HOST}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${process.env.ADMINISTRATOR_GCP_TOKEN}` },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { name?: string };
}

let made = 0;

/** Creates a key. @returns the name of its first version */
async function newKey(algorithm = "EC_SIGN_P256_SHA256", purpose = "ASYMMETRIC_SIGN"): Promise<string> {
  const body = { purpose, versionTemplate: { algorithm } };
  const { name } = await ask("POST", `${ring}/cryptoKeys?cryptoKeyId=k${made++}`, body);
  return `${name}/cryptoKeyVersions/1`;
}

const askFor = (key: string) =>
  h.handler("index:SigningKey").create({ releases: { "1.0": {} }, kms: `gcpkms://${key}` }, h.call());

test("a record is signed by a key in Cloud KMS, and its public half verifies it", async () => {
  const key = await newKey();
  const publicKey = String((await askFor(key)).outputs.publicKey);
  const record = h.handler("index:Record");
  const named = [key, key.replace("cryptoKeyVersions", "versions")];
  for (const kms of named.map((name) => `gcpkms://${name}`)) {
    const { outputs } = await record.create(recordInputs({ kms }), h.call());
    const { predicate } = verifyRecord(String(outputs.bundle), "r", [publicKey]);
    expect(predicate.product).toBe("demo");
  }
});

test("an answer that changed on the way is asked for again", async () => {
  const kms = `gcpkms://${await newKey()}`;
  const { fetch } = globalThis;
  const spoiled: string[] = [];
  // Inverts one bit of the first response of each kind, for its checksum to detect.
  jest.spyOn(globalThis, "fetch").mockImplementation(async (...request) => {
    const answer = await fetch(...request);
    const text = await answer.text();
    const name = /"(pem|signature)":\s*"/.exec(text)?.[1];
    if (name === undefined || spoiled.includes(name)) return new Response(text, { status: answer.status });
    spoiled.push(name);
    const body = JSON.parse(text) as Record<string, string>;
    const value = name === "pem" ? body.pem!.replace("PUBLIC", "PUBLIK") : flip(body.signature!);
    return new Response(JSON.stringify({ ...body, [name]: value }), { status: 200 });
  });
  try {
    const { outputs } = await h.handler("index:Record").create(recordInputs({ kms }), h.call());
    expect(spoiled).toEqual(["pem", "signature"]);
    jest.restoreAllMocks();
    const publicKey = String((await askFor(kms.slice("gcpkms://".length))).outputs.publicKey);
    expect(() => verifyRecord(String(outputs.bundle), "r", [publicKey])).not.toThrow();
  } finally {
    jest.restoreAllMocks();
  }
});

function flip(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  bytes[20] = bytes[20]! ^ 1;
  return bytes.toString("base64");
}

test.each<[string, string, string, RegExp]>([
  [
    "an RSA key",
    "RSA_SIGN_PKCS1_2048_SHA256",
    "ASYMMETRIC_SIGN",
    /^the signing key projects\/\S+\/cryptoKeyVersions\/1 is RSA_SIGN_PKCS1_2048_SHA256; needed: EC_SIGN_P256_SHA256; make one with `gcloud kms keys create/,
  ],
  [
    "another curve",
    "EC_SIGN_P384_SHA384",
    "ASYMMETRIC_SIGN",
    /is EC_SIGN_P384_SHA384; needed: EC_SIGN_P256_SHA256/,
  ],
  [
    "a symmetric key",
    "GOOGLE_SYMMETRIC_ENCRYPTION",
    "ENCRYPT_DECRYPT",
    /^getPublicKey projects\S+ on Google Cloud: INVALID_ARGUMENT: .*; make one with `gcloud kms keys create/,
  ],
])(
  "a key of another kind is refused before anything is uploaded: %s",
  async (_what, algorithm, purpose, says) => {
    expect((await failure(askFor(await newKey(algorithm, purpose)))).message).toMatch(says);
  },
);

test("so are a version that is disabled, one that is not there, and one of somebody else's", async () => {
  const key = await newKey();
  await ask("PATCH", `${key}?updateMask=state`, { state: "DISABLED" });
  expect((await failure(askFor(key))).message).toMatch(
    /on Google Cloud: FAILED_PRECONDITION: \S+ is not enabled, current state is: DISABLED\.; enable it \(`gcloud kms keys versions enable`\)/,
  );
  expect((await failure(askFor(key.replace(/1$/, "7")))).message).toMatch(
    /on Google Cloud: NOT_FOUND: .* not found\.; check the name in signWith\.kms$/,
  );
  const foreign = key.replace(process.env.GCP_PROJECT!, process.env.STRANGER_GCP_PROJECT!);
  expect((await failure(askFor(foreign))).message).toMatch(
    /on Google Cloud: PERMISSION_DENIED: .*; give the publisher's account roles\/cloudkms\.signerVerifier on the key, and check/,
  );
});

const signing = permissionsFor(GOOGLE_PERMISSIONS, ["sign"]).map(({ name }) => name);
test.each(signing)(
  "without %s the key is refused before anything is uploaded, and by its name",
  async (name) => {
    const key = await newKey();
    await cloud.fault!({ kind: "roles", roles: ["imprimatur/signer"], without: [name] });
    expect((await failure(askFor(key))).message).toMatch(
      new RegExp(
        `Permission '${name}' denied on .*; give the publisher's account roles/cloudkms.signerVerifier`,
      ),
    );
    await cloud.fault!({ kind: "roles", roles: ["imprimatur/signer"] });
    await askFor(key);
  },
);

test("an index is signed by a key of the KMS", async () => {
  await expectIndexSignedBy(`gcpkms://${await newKey()}`, h.folder);
});
