import { readFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/azure";
import { AZURE_KEY_PERMISSIONS } from "../../../clouds/azure/permissions";
import { verifyRecord } from "../../../trust/verify";
import { failure, Harness } from "../../unit/provider/harness";
import { recordInputs } from "../../unit/provider/record-inputs";
import { expectIndexSignedBy } from "../signed-index/with-kms";

let h: Harness;
let vault: string;
let cloud: RunningCloud;
beforeAll(async () => {
  h = new Harness();
  cloud = await h.start(start);
  h.project();
  vault = `127.0.0.1:${cloud.port}`;
  // Other processes trust the stand-in's certificate because they are started with it; this one runs already.
  const ca = readFileSync(join(h.folder, "cloud/certificate.pem"));
  const { connect } = tls;
  jest
    .spyOn(tls, "connect")
    .mockImplementation(((options: tls.ConnectionOptions) => connect({ ...options, ca })) as typeof connect);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await h.stop();
});

async function ask(method: string, path: string, body: object): Promise<{ key: { kid: string } }> {
  const answer = await fetch(`https://${vault}/keys/${path}?api-version=7.4`, {
    method,
    headers: { authorization: `Bearer ${process.env.ADMINISTRATOR_AZURE_KEYVAULT_TOKEN}` },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { key: { kid: string } };
}

/** `release/<version>` */
async function newKey(body: object = { kty: "EC", crv: "P-256" }): Promise<string> {
  const { key } = await ask("POST", "release/create", body);
  return key.kid.split("/keys/")[1]!;
}

const askFor = (key: string) =>
  h
    .handler("index:SigningKey")
    .create({ releases: { "1.0": {} }, kms: `azurekms://${vault}/${key}` }, h.call());

test("a record is signed by a key in a vault, and its public half verifies it", async () => {
  const key = await newKey();
  const publicKey = String((await askFor(key)).outputs.publicKey);
  const record = h.handler("index:Record");
  // Half of all signatures have a number whose first bit is set, and one in 64 a shorter one.
  for (let round = 0; round < 60; round++) {
    const { outputs } = await record.create(recordInputs({ kms: `azurekms://${vault}/${key}` }), h.call());
    const { predicate } = verifyRecord(String(outputs.bundle), "r", [publicKey]);
    expect(predicate.product).toBe("demo");
  }
});

test("a signature that does not fit the key makes no record", async () => {
  const kms = `azurekms://${vault}/${await newKey()}`;
  const { fetch } = globalThis;
  const spy = jest.spyOn(globalThis, "fetch").mockImplementation(async (...request) => {
    const answer = await fetch(...request);
    const body = (await answer.json()) as { value?: string };
    // A signature of the right length over other data.
    const changed = body.value === undefined ? body : { ...body, value: "A".repeat(85) + "w" };
    return new Response(JSON.stringify(changed), { status: answer.status });
  });
  try {
    const made = h.handler("index:Record").create(recordInputs({ kms }), h.call());
    expect((await failure(made)).message).toMatch(
      /^azurekms:\S+: its signature does not fit its public key; run it again$/,
    );
  } finally {
    spy.mockRestore();
  }
});

test.each<[string, object, RegExp]>([
  [
    "an RSA key",
    { kty: "RSA" },
    /^the signing key 127\.0\.0\.1:\d+\/release\/[0-9a-f]{32} is RSA; needed: EC P-256; make one with `az keyvault key create/,
  ],
  ["another curve", { kty: "EC", crv: "P-384" }, /is EC P-384; needed: EC P-256; make one/],
  ["a key that may only verify", { kty: "EC", key_ops: ["verify"] }, /is for verify; needed: sign; make one/],
  [
    "a key that is disabled",
    { kty: "EC", attributes: { enabled: false } },
    /is disabled; needed: an enabled one; enable it/,
  ],
])("a key of another kind is refused before anything is uploaded: %s", async (_what, body, says) => {
  expect((await failure(askFor(await newKey(body)))).message).toMatch(says);
});

test("so are one that is not there, and one that the publisher has no role on", async () => {
  const key = await newKey();
  expect((await failure(askFor("release/0123456789abcdef0123456789abcdef"))).message).toMatch(
    /^GetKey 127\S+ on Azure: KeyNotFound: .*; check vault, key and version in signWith\.kms$/,
  );
  const own = { ...process.env };
  for (const name of ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID"])
    process.env[name] = process.env[`STRANGER_${name}`];
  expect((await failure(askFor(key))).message).toMatch(
    /on Azure: ForbiddenByRbac: .*; give the publisher the role Key Vault Crypto User on the key/,
  );
  process.env = own;
});

test.each(AZURE_KEY_PERMISSIONS.map(({ name }) => name))(
  "without %s the key is refused before anything is uploaded, and by its name",
  async (name) => {
    const key = await newKey();
    await cloud.fault!({ kind: "roles", roles: [{ role: "imprimatur/signer" }], without: [name] });
    const said = (await failure(askFor(key))).message;
    expect(said).toContain(`Action: '${name}'`);
    expect(said).toMatch(
      /give the publisher the role Key Vault Crypto User on the key \(keys\/read and keys\/sign\)/,
    );
    expect(said).not.toMatch(/[\r\n]/);
    // The role named in the cure is enough.
    await cloud.fault!({ kind: "roles", roles: [{ role: "Key Vault Crypto User" }] });
    await askFor(key);
  },
);

test("an index is signed by a key of the KMS", async () => {
  await expectIndexSignedBy(`azurekms://${vault}/${await newKey()}`, h.folder);
});
