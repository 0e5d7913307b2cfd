import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkNode } from "../../../cli/doctor/machine";
import { renderChecks } from "../../../cli/doctor/render";
import { checkKey } from "../../../cli/doctor/signing-key";
import type { RecordConfig } from "../../../config/record";
import type { StackConfig } from "../../../config/stack";

const before = { cwd: process.cwd(), env: { ...process.env } };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "imprimatur-doctor-"));
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: mine\n");
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before.cwd);
  process.env = { ...before.env };
  rmSync(folder, { recursive: true });
});

const one = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const pem = (key: KeyObject) => key.export({ format: "pem", type: "spki" }) as string;

/** `release key: ok`, and the messages. */
async function key(record: Partial<RecordConfig> | undefined, state?: string) {
  const config = { product: { name: "demo" }, ...(record && { record }) } as unknown as StackConfig;
  const checks = await checkKey({ config, stack: "demo" }, state, new AbortController().signal);
  return checks.map(({ check, state, message }) => `${check}: ${state}: ${message}`);
}
const stateOf = (publicKey: string) =>
  JSON.stringify({
    deployment: { resources: [{ type: "pulumi:pulumi:Stack", outputs: { signedBy: { publicKey } } }] },
  });

test("the release key signs, and is the one that users have and that signed last", async () => {
  writeFileSync("release.pem", one.privateKey.export({ format: "pem", type: "pkcs8" }));
  writeFileSync("demo.pub.pem", pem(one.publicKey));
  process.env.IMPRIMATUR_SIGNING_KEY = "release.pem";
  expect(await key({ signWith: {} }, stateOf(pem(one.publicKey)))).toEqual([
    "release key: ok: it signs",
    "public key: ok: demo.pub.pem is its public key",
  ]);
});

test("another key than users have is a problem, another than signed last a warning", async () => {
  writeFileSync("release.pem", one.privateKey.export({ format: "pem", type: "pkcs8" }));
  writeFileSync("demo.pub.pem", pem(other.publicKey));
  process.env.IMPRIMATUR_SIGNING_KEY = "release.pem";
  expect(await key({ signWith: {} }, stateOf(pem(other.publicKey)))).toEqual([
    "release key: ok: it signs",
    expect.stringMatching(
      /^public key: problem: demo\.pub\.pem is not the public key of the release key: .*name the right key/,
    ),
    expect.stringMatching(/^public key: warning: the last up of demo signed with another key/),
  ]);
});

test.each([
  { what: "no key", env: "", says: /problem: .*no key is named; set IMPRIMATUR_SIGNING_KEY/ },
  {
    what: "a key that is not there",
    env: "none.pem",
    says: /problem: the signing key none\.pem is not there/,
  },
  { what: "a file that is no key", env: "Pulumi.yaml", says: /problem: Pulumi\.yaml: not a private key/ },
])("$what is a problem with its cure", async ({ env, says }) => {
  process.env.IMPRIMATUR_SIGNING_KEY = env;
  expect(await key({ signWith: {} })).toEqual([expect.stringMatching(says)]);
});

test("a stack without records needs no key", async () => {
  expect(await key(undefined)).toEqual([expect.stringMatching(/^release key: skipped/)]);
});

test.each([
  ["20.20.2", "ok"],
  ["18.19.1", "problem"],
  ["21.0.0", "problem"],
])("Node %s is %s", (version, state) => {
  expect(checkNode(version)).toEqual([expect.objectContaining({ check: "node", state })]);
});

test("the table's last line says whether an up could work", () => {
  const check = { area: "aws", check: "login", message: "said" };
  expect(renderChecks("demo", [{ ...check, state: "warning" }])).toBe(
    "WARNING  AWS  login  said\n\nNothing is in the way of an up of demo. 1 warning.\n",
  );
  expect(renderChecks("demo", [{ ...check, state: "problem" }])).toMatch(
    /\n1 problem: an up of demo would fail\.\n$/,
  );
});
