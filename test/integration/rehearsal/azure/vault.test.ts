import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningCloud } from "../../../../rehearsal/cloud";
import { start } from "../../../../rehearsal/azure";

const directory = mkdtempSync(join(tmpdir(), "vault-"));
let cloud: RunningCloud;
beforeAll(async () => (cloud = await start({ directory, pace: 0 })));
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true });
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked into by tests
type Json = Record<string, any>;

async function ask(
  method: string,
  path: string,
  body?: object,
  token = cloud.environment().ADMINISTRATOR_AZURE_KEYVAULT_TOKEN,
) {
  const answer = await fetch(`http://127.0.0.1:${cloud.port}${path}?api-version=7.4`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), connection: "close" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
}

/** Path of a new version. */
async function newKey(body: object = { kty: "EC", crv: "P-256" }): Promise<string> {
  const made = await ask("POST", "/keys/release/create", body);
  expect(made.status).toBe(200);
  return new URL((made.body.key as { kid: string }).kid).pathname;
}

const DIGEST = createHash("sha256").update("hello").digest("base64url");
const sign = (key: string, body: object = { alg: "ES256", value: DIGEST }, token?: string) =>
  ask("POST", `${key}/sign`, body, token);

test("a digest is signed as JWS has it, and the public key verifies it", async () => {
  const key = await newKey();
  const { body } = await ask("GET", key);
  const { kty, crv, x, y } = body.key as Record<string, string>;
  const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: "jwk" });
  const { body: signed } = await sign(key);
  const signature = Buffer.from(String(signed.value), "base64url");
  expect(signature).toHaveLength(64);
  expect(
    verify("sha256", Buffer.from("hello"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature),
  ).toBe(true);
});

test("a key that is disabled signs nothing until it is enabled", async () => {
  const key = await newKey();
  await ask("PATCH", key, { attributes: { enabled: false } });
  expect(await sign(key)).toMatchObject({
    status: 403,
    body: {
      error: {
        code: "Forbidden",
        message: "Operation sign is not allowed on a disabled key.",
        innererror: { code: "KeyDisabled" },
      },
    },
  });
  await ask("PATCH", key, { attributes: { enabled: true } });
  expect((await sign(key)).status).toBe(200);
});

test.each<[string, object, object, number, string]>([
  ["an algorithm of RSA", { kty: "EC", crv: "P-256" }, { alg: "RS256", value: DIGEST }, 400, "BadParameter"],
  ["an RSA key and ES256", { kty: "RSA" }, { alg: "ES256", value: DIGEST }, 400, "BadParameter"],
  [
    "a digest of another length",
    { kty: "EC", crv: "P-256" },
    { alg: "ES256", value: "AAAA" },
    400,
    "BadParameter",
  ],
  [
    "a key that may not",
    { kty: "EC", key_ops: ["verify"] },
    { alg: "ES256", value: DIGEST },
    403,
    "Forbidden",
  ],
])("sign refuses %s", async (_what, made, body, status, code) => {
  expect(await sign(await newKey(made), body)).toMatchObject({ status, body: { error: { code } } });
});

const ACTION = "Microsoft.KeyVault/vaults/keys/";

test("tokens are those of vaults, and of people with a role", async () => {
  const { AZURE_TOKEN, AZURE_KEYVAULT_TOKEN, STRANGER_AZURE_KEYVAULT_TOKEN } = cloud.environment();
  const key = await newKey();
  const said = async (token: string) => {
    const { status, body } = await sign(key, undefined, token);
    return [status, (body.error as Json).message as string];
  };
  expect(await said("")).toEqual([401, "AKV10000: Request is missing a Bearer or PoP token."]);
  expect(await said(AZURE_TOKEN!)).toEqual([401, expect.stringMatching(/^AKV10022: Invalid audience/)]);
  const refused = (action: string): unknown[] => [
    403,
    expect.stringContaining(`\r\nAction: '${ACTION}${action}'\r\n`),
  ];
  expect(await said(STRANGER_AZURE_KEYVAULT_TOKEN!)).toEqual(refused("sign/action"));
  // The publisher may sign with keys and not create any.
  expect((await sign(key, undefined, AZURE_KEYVAULT_TOKEN)).status).toBe(200);
  const made = await ask("POST", "/keys/release/create", { kty: "EC" }, AZURE_KEYVAULT_TOKEN);
  expect([made.status, (made.body.error as Json).message]).toEqual(refused("create/action"));
});

test("keys outlive a restart, and are in the inventory", async () => {
  const key = await newKey();
  await cloud.stop();
  cloud = await start({ directory, pace: 0 });
  expect((await sign(key)).status).toBe(200);
  expect(await cloud.inventory()).toContainEqual(
    expect.objectContaining({ kind: "vault key", id: key.replace("/keys/", ""), state: "enabled" }),
  );
  expect((await sign("/keys/release/0123456789abcdef0123456789abcdef")).body.error).toMatchObject({
    code: "KeyNotFound",
  });
});
