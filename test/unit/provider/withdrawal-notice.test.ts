import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../../plugin/resource";
import { verifySigned } from "../../../trust/verify";
import { Harness } from "./harness";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const KEY = publicKey.export({ format: "pem", type: "spki" }).toString();
const FILE = "records/demo/1.0.withdrawn.sigstore.json";

let h: Harness;
beforeEach(() => {
  h = new Harness();
  h.project();
  writeFileSync(join(h.folder, "release.pem"), privateKey.export({ format: "pem", type: "pkcs8" }));
  process.env.IMPRIMATUR_SIGNING_KEY = "release.pem";
});
afterEach(() => h.stop());

const inputs = (more: Properties = {}): Properties => ({
  ...{ product: "demo", version: "1.0", publisher: "Example", folder: "records" },
  disks: [{ file: "demo.raw", sha256: "a".repeat(64), sha512: "b".repeat(128) }],
  reason: "bug 12345",
  ...more,
});
const handler = () => h.handler("index:WithdrawalNotice");
const read = () => verifySigned(readFileSync(join(h.folder, FILE), "utf8"), FILE, [KEY]);

test("a withdrawal is signed, says when and why, and is no part of the state's diff afterwards", async () => {
  const { outputs } = await handler().create(inputs(), h.call());
  expect(outputs.file).toBe(FILE);
  expect(read()).toMatchObject({
    notice: {
      subject: [{ name: "demo.raw", digest: { sha256: "a".repeat(64) } }],
      predicate: { product: "demo", version: "1.0", reason: "bug 12345", withdrawnOn: outputs.withdrawnOn },
    },
  });
  const old = { inputs: inputs(), outputs };
  expect(handler().diff(old, inputs(), h.call()).changes).toEqual({});
});

test("a disk without SHA-256 is withdrawn by its block map", async () => {
  await handler().create(inputs({ disks: [{ file: "demo.raw", blockMap: "c".repeat(64) }] }), h.call());
  const subject = [{ name: "demo.raw", digest: { blockMap: "c".repeat(64) } }];
  expect(read()).toMatchObject({ notice: { subject } });
});

test("a reason that is put better is signed again, and the day stays", async () => {
  const { outputs } = await handler().create(inputs(), h.call());
  const old = { inputs: inputs(), outputs: { ...outputs, withdrawnOn: "2026-11-01T00:00:00.000Z" } };
  const better = inputs({ reason: "CVE-2026-1" });
  expect(handler().diff(old, better, h.call()).changes).toEqual({
    reason: { kind: "update", replace: false },
  });
  await handler().update("demo/1.0", old, better, h.call());
  expect(read()).toMatchObject({
    notice: { predicate: { reason: "CVE-2026-1", withdrawnOn: "2026-11-01T00:00:00.000Z" } },
  });
});

test("a release that is restored loses its notice", async () => {
  const { outputs } = await handler().create(inputs(), h.call());
  await handler().delete("demo/1.0", { inputs: inputs(), outputs }, h.call());
  expect(existsSync(join(h.folder, FILE))).toBe(false);
});
