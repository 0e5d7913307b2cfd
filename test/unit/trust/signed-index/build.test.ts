import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Role } from "@tufjs/models/dist/role";
import { keyFileSigner } from "../../../../trust/sign";
import { refreshFiles, rootOf, updateFiles } from "../../../../trust/signed-index/build";
import { openIndex } from "../../../../trust/signed-index/client";
import { serialize, versioned } from "../../../../trust/signed-index/metadata";
import type { ReleaseList } from "../../../../trust/signed-index/release-list";
import { readRepository } from "../../../../trust/signed-index/repository";
import { ROLES, roleSigner, signMetadata } from "../../../../trust/signed-index/roles";
import { temporaryFolder } from "../../disk/sparse-file";

// An index whose roles were signed long ago, at different times. One key signs for all of them.

const folder = temporaryFolder();
const DAY = 86_400_000;
const NOW = new Date();
const before = process.env.XDG_CACHE_HOME;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY);

beforeAll(() => {
  process.env.XDG_CACHE_HOME = path.join(folder, "cache");
});
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
});

interface Ages {
  /** Days since each was signed. */
  readonly root: number;
  readonly targets: number;
}

async function indexOf({ root: rootAge, targets }: Ages) {
  const place = fs.mkdtempSync(path.join(folder, "index-"));
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  const signer = await roleSigner("key.pem", keyFileSigner(pem, "key.pem"));
  const roles = ROLES.map((role) => [role, new Role({ keyIDs: [signer.keyId], threshold: 1 })] as const);
  const keys = { [signer.keyId]: signer.key };
  const root = rootOf(Object.fromEntries(roles), { keys, version: 1, now: daysAgo(rootAge) });
  await signMetadata(root, [signer]);
  const write = (files: readonly { name: string; content: string | Buffer }[]) => {
    for (const { name, content } of files) {
      fs.mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
      fs.writeFileSync(path.join(place, name), content);
    }
  };
  write([{ name: versioned("root", 1), content: serialize(root) }]);
  const list: ReleaseList = {
    schemaVersion: 1,
    kind: "releases",
    product: "demo",
    publisher: "Example",
    madeOn: daysAgo(targets).toISOString(),
    signers: [{ identity: "release@example.org", issuer: "https://accounts.example.org" }],
    newest: [],
    releases: [],
  };
  const content = { list, records: new Map<string, Buffer>() };
  const then = { signers: [signer], now: daysAgo(targets), days: 7 };
  const repository = { folder: place, root, highest: { targets: 0, snapshot: 0 } };
  write(await updateFiles(repository, content, then));
  const now = { signers: [signer], now: NOW, days: 7 };
  return {
    refresh: () => refreshFiles(readRepository(place), now),
    update: () => updateFiles(readRepository(place), content, now),
    /** Over what is expired too, as an older version of this program did. */
    refreshedThen: async () =>
      write(await refreshFiles(readRepository(place), { ...then, days: targets + 7 })),
    open: () =>
      openIndex({
        ...{ place, root: serialize(root), rootFile: "root.json", now: NOW },
        signal: new AbortController().signal,
      }),
  };
}

test("what is good for users is refreshed", async () => {
  const { refresh } = await indexOf({ root: 300, targets: 300 });
  expect((await refresh()).map(({ name }) => name)).toEqual(["timestamp.json"]);
});

test("no timestamp is signed over what users take for expired: the command is told", async () => {
  const { refresh, update } = await indexOf({ root: 10, targets: 400 });
  await expect(refresh()).rejects.toThrow(
    /the targets and the snapshot expired on .*Z, .*: run `imprimatur index update`/,
  );
  await expect(update()).resolves.toHaveLength(4);
});

test("under an expired root nothing is signed", async () => {
  const { refresh, update } = await indexOf({ root: 366, targets: 364 });
  const says = /the root expired on .*Z, and users believe nothing under it: run `imprimatur index rotate`/;
  await expect(refresh()).rejects.toThrow(says);
  await expect(update()).rejects.toThrow(says);
});

describe("a user is told which part is expired", () => {
  test("the timestamp, with the date until which it was good", async () => {
    const { open } = await indexOf({ root: 10, targets: 10 });
    await expect(open()).rejects.toThrow(/the index is expired \(good until .*Z\)/);
  });

  test("the snapshot, without the timestamp's date, which is still to come", async () => {
    const { open, refreshedThen } = await indexOf({ root: 10, targets: 400 });
    await refreshedThen();
    const said = await open().catch((error: unknown) => (error as Error).message);
    expect(said).toMatch(/the snapshot of the index is expired, by this machine's clock/);
    expect(said).not.toContain("good until");
  });

  test("the root", async () => {
    const { open } = await indexOf({ root: 366, targets: 364 });
    await expect(open()).rejects.toThrow(/the root of the index is expired/);
  });
});
