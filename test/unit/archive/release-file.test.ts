import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagesIn } from "../../../archive/packages";
import { openPlace } from "../../../archive/place";
import { openSuite, type ReleaseFile } from "../../../archive/release-file";
import { temporaryFolder } from "../disk/sparse-file";
import { type Keys, makeKeys, type MadeSuite, makeSuite, NOW, paragraph } from "./make-archive";

const folder = temporaryFolder();
let ours: Keys;
let strangers: Keys;
beforeAll(async () => {
  [ours, strangers] = [await makeKeys("Archive"), await makeKeys("Stranger")];
});

const SUITE: MadeSuite = {
  suite: "bookworm",
  packages:
    paragraph("openssl", "3.0.17-1~deb12u3", { Source: "openssl", Filename: "pool/o.deb", Size: "5" }) +
    paragraph("libssl3", "3.0.17-1~deb12u3+b1", { Source: "openssl (3.0.17-1~deb12u3)" }) +
    paragraph("tzdata", "2026b-0", { Architecture: "all" }),
};

let count = 0;
async function made(suite: Partial<MadeSuite> = {}, by = ours): Promise<string> {
  const archive = join(folder, String(count++));
  await makeSuite(archive, { ...SUITE, ...suite }, by);
  return archive;
}

function open(archive: string, suite = "bookworm", now = NOW): Promise<ReleaseFile> {
  const keyring = { file: "archive.gpg", parts: [Buffer.from(ours.keyring)] };
  return openSuite(suite, [openPlace(archive)], { keyring, now: now.getTime() });
}

async function read(archive: string, wanted?: (name: string) => boolean) {
  const all = [];
  const where = { component: "main", architecture: "amd64" };
  for await (const each of packagesIn(await open(archive), where, wanted)) all.push(each);
  return all;
}

test("a signed suite tells its packages, and of a rebuilt one the source", async () => {
  const archive = await made();
  expect(await read(archive)).toMatchObject([
    {
      name: "openssl",
      source: "openssl",
      sourceVersion: "3.0.17-1~deb12u3",
      filename: "pool/o.deb",
      size: 5,
    },
    { name: "libssl3", version: "3.0.17-1~deb12u3+b1", source: "openssl", sourceVersion: "3.0.17-1~deb12u3" },
    { name: "tzdata", architecture: "all", source: "tzdata", sourceVersion: "2026b-0" },
  ]);
  expect((await read(archive, (name) => name === "tzdata")).map(({ name }) => name)).toEqual(["tzdata"]);
});

test("a suite tells its origin, its dates and its components, whose prefix is left out", async () => {
  const fields = {
    NotAutomatic: "yes",
    ButAutomaticUpgrades: "yes",
    "Valid-Until": "Sat, 05 Dec 2026 02:00:00 UTC",
  };
  const components = { Components: "updates/main updates/contrib" };
  expect(await open(await made({ fields: { ...fields, ...components } }))).toMatchObject({
    components: ["main", "contrib"],
    ...{ origin: "Debian", codename: "bookworm", archive: "stable", date: "2026-11-28T02:00:00.000Z" },
    ...{ notAutomatic: true, butAutomaticUpgrades: true, separateAll: false },
    validUntil: "2026-12-05T02:00:00.000Z",
  });
});

test("an index of nothing is of no use to anybody, and no error: the archive has no such architecture", async () => {
  const release = await open(await made());
  const none = packagesIn(release, { component: "contrib", architecture: "amd64" });
  expect(await none.next()).toEqual({ done: true, value: undefined });
});

const inRelease = (archive: string) => join(archive, "dists/bookworm/InRelease");
const index = (archive: string) => join(archive, "dists/bookworm/main/binary-amd64/Packages.gz");

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    "a suite that the archive has not",
    async () => open(await made(), "trixie"),
    /^trixie: .* has no dists\/trixie\/InRelease; name the archive that has this suite with --archive/,
  ],
  [
    "a folder that is not there",
    async () => open(join(folder, "nowhere")),
    /^bookworm: .*nowhere has no dists\/bookworm\/InRelease/,
  ],
  [
    "a key that is not in the keyring",
    async () => open(await made({}, strangers)),
    /InRelease: no valid signature .*is not in archive\.gpg/,
  ],
  [
    "a text that was changed after it was signed",
    async () => {
      const archive = await made();
      const text = readFileSync(inRelease(archive), "utf8");
      writeFileSync(inRelease(archive), text.replace("Components: main contrib", "Components: main evil"));
      return open(archive);
    },
    /InRelease: no valid signature/,
  ],
  [
    "a file that is cut off",
    async () => {
      const archive = await made();
      truncateSync(inRelease(archive), 300);
      return open(archive);
    },
    /InRelease: not a text with an OpenPGP signature/,
  ],
  [
    "a Release file that nobody signed",
    async () => {
      const archive = await made();
      rmSync(inRelease(archive));
      writeFileSync(join(archive, "dists/bookworm/Release"), "Suite: stable\n");
      return open(archive);
    },
    /Release: nobody signed it/,
  ],
  [
    "one that is over",
    async () => open(await made({ fields: { "Valid-Until": "Sun, 29 Nov 2026 02:00:00 UTC" } })),
    /valid until 2026-11-29T02:00:00Z, and this machine's clock says 2026-11-30T02:00:00Z: the mirror is not kept up to date/,
  ],
  [
    "one of the future",
    async () => open(await made(), "bookworm", new Date("2026-11-28T01:00:00Z")),
    /made at 2026-11-28T02:00:00Z, and this machine's clock says 2026-11-28T01:00:00Z; set the clock/,
  ],
  [
    "another suite's, signed by the same key",
    async () => open(await made({ fields: { Codename: "bullseye", Suite: "oldoldstable" } })),
    /signed as oldoldstable or bullseye, and bookworm was asked for/,
  ],
  [
    "an index that is cut off",
    async () => {
      const archive = await made();
      truncateSync(index(archive), 40);
      return read(archive);
    },
    /Packages\.gz: not the index that the Release file names: it has 40 bytes, and \d+ were signed; it is truncated/,
  ],
  [
    "an index with one bit turned",
    async () => {
      const archive = await made();
      const bytes = readFileSync(index(archive));
      bytes[30]! ^= 1;
      writeFileSync(index(archive), bytes);
      return read(archive);
    },
    /Packages\.gz: not the index that the Release file names: it has another digest/,
  ],
  [
    "an index that is not there",
    async () => {
      const archive = await made();
      rmSync(index(archive));
      return read(archive);
    },
    /binary-amd64\/Packages: the Release file names it, and it is not there \(Packages\.gz, Packages\); the mirror is not complete/,
  ],
  ["a place that is none", async () => openPlace("cdrom:[Debian 12]/"), /^cdrom:.*an archive is read from/],
])("%s is one line with a cure", async (_what, act, message) => {
  const error = await act().then(
    () => undefined,
    (problem: Error) => problem,
  );
  expect(error).toMatchObject({ name: "ArchiveProblem", message: expect.stringMatching(message) as unknown });
  expect(error!.message).not.toContain("\n");
  expect(error!.message).toContain("; ");
});
