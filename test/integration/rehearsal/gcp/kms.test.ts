import { createHash, verify } from "node:crypto";
import { crc32c } from "../../../../clouds/gcp/crc32c";
import { StandIn } from "./stand-in";

let google: StandIn;
beforeAll(async () => {
  google = await StandIn.start();
  await google.ask("POST", `/v1/projects/${google.project}/locations/europe/keyRings?keyRingId=release`, {});
});
afterAll(() => google.end());

let made = 0;

/** Creates a key. @returns the name of its first version */
async function newKey(algorithm = "EC_SIGN_P256_SHA256", purpose = "ASYMMETRIC_SIGN"): Promise<string> {
  const ring = `projects/${google.project}/locations/europe/keyRings/release`;
  const { status, body } = await google.ask("POST", `/v1/${ring}/cryptoKeys?cryptoKeyId=k${made++}`, {
    purpose,
    versionTemplate: { algorithm },
  });
  expect(status).toBe(200);
  return `${String(body.name)}/cryptoKeyVersions/1`;
}

const DIGEST = createHash("sha256").update("hello").digest();
const sign = (key: string, body: object = { digest: { sha256: DIGEST.toString("base64") } }) =>
  google.ask("POST", `/v1/${key}:asymmetricSign`, body);

test("a digest is signed, and the public key verifies it; checksums come with both", async () => {
  const key = await newKey();
  const { body: found } = await google.ask("GET", `/v1/${key}/publicKey`);
  expect(found).toMatchObject({ name: key, algorithm: "EC_SIGN_P256_SHA256" });
  expect(found.pemCrc32c).toBe(String(crc32c(Buffer.from(String(found.pem)))));
  const digest = { sha256: DIGEST.toString("base64") };
  const { body } = await sign(key, { digest, digestCrc32c: String(crc32c(DIGEST)) });
  const signature = Buffer.from(String(body.signature), "base64");
  expect(verify("sha256", Buffer.from("hello"), String(found.pem), signature)).toBe(true);
  expect(body).toMatchObject({
    name: key,
    verifiedDigestCrc32c: true,
    signatureCrc32c: String(crc32c(signature)),
  });
  expect((await sign(key)).body.verifiedDigestCrc32c).toBe(false);
});

test("a version that is disabled signs nothing until it is enabled, and the next one is another key", async () => {
  const key = await newKey();
  const set = (state: string) => google.ask("PATCH", `/v1/${key}?updateMask=state`, { state });
  await set("DISABLED");
  expect(await sign(key)).toMatchObject({
    status: 400,
    body: {
      error: { status: "FAILED_PRECONDITION", message: `${key} is not enabled, current state is: DISABLED.` },
    },
  });
  await set("ENABLED");
  expect((await sign(key)).status).toBe(200);
  const { body } = await google.ask("POST", `/v1/${key.replace(/\/1$/, "")}`, {});
  expect(body.name).toBe(key.replace(/1$/, "2"));
  const pem = async (key: string) => (await google.ask("GET", `/v1/${key}/publicKey`)).body.pem as string;
  expect(await pem(String(body.name))).not.toBe(await pem(key));
});

test.each<[string, string, object, string]>([
  ["a digest of another kind", "EC_SIGN_P256_SHA256", { digest: { sha384: "AAAA" } }, "INVALID_ARGUMENT"],
  ["a digest of another length", "EC_SIGN_P256_SHA256", { digest: { sha256: "AAAA" } }, "INVALID_ARGUMENT"],
  [
    "a digest that changed on the way",
    "EC_SIGN_P256_SHA256",
    { digest: { sha256: DIGEST.toString("base64") }, digestCrc32c: "1" },
    "INVALID_ARGUMENT",
  ],
  ["no digest", "EC_SIGN_P256_SHA256", {}, "INVALID_ARGUMENT"],
  ["SHA-256 for P-384", "EC_SIGN_P384_SHA384", { digest: { sha256: "AAAA" } }, "INVALID_ARGUMENT"],
])("asymmetricSign refuses %s", async (_what, algorithm, body, wanted) => {
  expect((await sign(await newKey(algorithm), body)).body.error).toMatchObject({ code: 400, status: wanted });
});

test("a key is for those of its project, and kept over a restart", async () => {
  const key = await newKey();
  const token = google.environment.STRANGER_GCP_TOKEN!;
  const answer = await google.fetch("GET", `/v1/${key}/publicKey`, { token });
  expect([answer.status, await answer.json()]).toEqual([
    403,
    {
      error: {
        code: 403,
        status: "PERMISSION_DENIED",
        message: `Permission 'cloudkms.cryptoKeyVersions.viewPublicKey' denied on resource '${key}' (or it may not exist).`,
      },
    },
  ]);
  await google.restart();
  expect((await sign(key)).status).toBe(200);
  expect(await google.cloud.inventory()).toContainEqual({
    cloud: "gcp",
    account: google.project,
    region: "europe",
    kind: "kms-key",
    id: key,
    state: "ENABLED",
  });
});
