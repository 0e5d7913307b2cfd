import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ImageFile, writeImageFile } from "../../../config/image-file";
import type { InspectedImage } from "../../../inspection/image";
import { sbomOf } from "../../../inspection/sbom";
import { NotInspectable } from "../../../inspection/tree";
import { type Keys, makeKeys, makeSuite, NOW, paragraph } from "../archive/make-archive";
import { temporaryFolder } from "../disk/sparse-file";
import { type Publication, publishIn } from "./publication";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder, ...names);
let publication: Publication;
let archive: Keys;

const INSTALLED = { Status: "install ok installed" };
const STATUS =
  paragraph("dpkg", "1.21.22", INSTALLED) +
  paragraph("libssl3", "3.0.16-1~deb12u1", { ...INSTALLED, Source: "openssl" }) +
  paragraph("tzdata", "2025b-0", { ...INSTALLED, Architecture: "all" }) +
  paragraph("ours", "1", INSTALLED);
const SOURCES = [
  "deb http://deb.example/debian bookworm main",
  "deb http://deb.example/security bookworm-security main",
];
const TRACKER = {
  openssl: {
    "CVE-2026-1": { releases: { bookworm: { status: "resolved", fixed_version: "3.0.17-1~deb12u1" } } },
    "CVE-2026-2": { releases: { bookworm: { status: "resolved", fixed_version: "3.0.16-1~deb12u1" } } },
    "CVE-2026-3": { releases: { bookworm: { status: "open" } } },
    "CVE-2026-4": { releases: { bookworm: { status: "resolved", fixed_version: "0" } } },
  },
};

function sbom({ status = STATUS, sources = SOURCES, identity = diskDigest() } = {}): string {
  const files: Record<string, string> = {
    "/var/lib/dpkg/status": status,
    "/etc/os-release": "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n",
    "/etc/apt/sources.list": sources.join("\n"),
  };
  const root = {
    ...{ list: () => undefined, md5: () => undefined, sha256: () => undefined, target: () => undefined },
    read: (path: string) => (path in files ? Buffer.from(files[path]!) : undefined),
  };
  const image: InspectedImage = {
    ...{ size: 0, architecture: "x86_64", partitions: [], esp: new NotInspectable("none"), root },
  };
  return sbomOf(image, { file: "demo.raw", identity, toolVersion: "0" });
}

function diskDigest(): string {
  return createHash("sha256").update(publication.bytes).digest("hex");
}

/** A record that names this bill of materials, or none. */
async function publish(records: string, version: string, text?: string, written = text): Promise<void> {
  mkdirSync(at(records), { recursive: true });
  const file = `${version}.cdx.json`;
  const record = await publication.recordOf(version, [], undefined, ({ predicate }) => {
    const imageFile = predicate.imageFile as ImageFile;
    const sha256 = createHash("sha256")
      .update(text ?? "")
      .digest("hex");
    const image = { ...imageFile.images.x86_64!, ...(text !== undefined && { sbom: { file, sha256 } }) };
    predicate.imageFile = JSON.parse(
      writeImageFile({ ...imageFile, images: { x86_64: image } }),
    ) as ImageFile;
  });
  writeFileSync(at(records, `${version}.sigstore.json`), record);
  if (written !== undefined) writeFileSync(at(records, file), written);
}

beforeAll(async () => {
  publication = await publishIn(folder);
  archive = await makeKeys("Archive");
  writeFileSync(at("archive.gpg"), archive.keyring);
  writeFileSync(at("tracker.json"), JSON.stringify(TRACKER));
  const base =
    paragraph("libssl3", "3.0.16-1~deb12u1") + paragraph("tzdata", "2026a-0", { Architecture: "all" });
  await makeSuite(
    at("debian"),
    { suite: "bookworm", packages: base + paragraph("dpkg", "1.21.22") },
    archive,
  );
  const secure = paragraph("libssl3", "3.0.17-1~deb12u3", { Source: "openssl" });
  const fields = { Label: "Debian-Security" };
  await makeSuite(at("security"), { suite: "bookworm-security", packages: secure, fields }, archive);
  await publish("records", "1.0", sbom({ status: paragraph("dpkg", "1", INSTALLED) }));
  await publish("records", "1.1", sbom());
});
beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ["nextTick", "setImmediate"] });
});
afterEach(() => {
  jest.useRealTimers();
});

function stale(records = "records", ...options: string[]) {
  const archives = ["debian", "security"].flatMap((name) => ["--archive", at(name)]);
  const keys = ["--key", at("publisher.pem"), "--keyring", at("archive.gpg")];
  return runCli(["stale", "--records", at(records), ...keys, ...archives, ...options]);
}

test("of the newest release newer packages are listed, security first, with the issues that they fix", async () => {
  const { code, out, err } = await stale("records", "--tracker", at("tracker.json"));
  expect({ code, err }).toEqual({ code: 4, err: "" });
  expect(out.split("\n")).toEqual([
    "demo 1.1 x86_64: 2 of 4 packages have newer versions, 1 of them from security",
    "  debian 12; bookworm of 2026-11-28, bookworm-security of 2026-11-28",
    "  security  libssl3:amd64  3.0.16-1~deb12u1  -> 3.0.17-1~deb12u3  bookworm-security  CVE-2026-1",
    "            tzdata         2025b-0           -> 2026a-0           bookworm",
    "  in none of these suites: ours",
    "",
  ]);
});

test("--all --json lists every release for programs", async () => {
  const { code, out } = await stale("records", "--all", "--json");
  expect(code).toBe(4);
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    images: [
      { version: "1.0", upgrades: [{ name: "dpkg", installed: "1", candidate: "1.21.22", security: false }] },
      {
        ...{ product: "demo", version: "1.1", architecture: "x86_64", packages: 4, notOffered: ["ours"] },
        suites: [{ suite: "bookworm", archive: at("debian") }, { suite: "bookworm-security" }],
        upgrades: [
          { name: "libssl3", source: "openssl", security: true, suites: ["bookworm-security"], fixes: [] },
          { name: "tzdata", architecture: "all", security: false },
        ],
      },
    ],
  });
});

test.each([
  [
    "nothing newer",
    paragraph("tzdata", "2026a-0", { ...INSTALLED, Architecture: "all" }),
    0,
    "nothing newer",
  ],
  [
    "none from security",
    paragraph("tzdata", "1", { ...INSTALLED, Architecture: "all" }),
    3,
    "1 of 1 packages",
  ],
])("%s", async (what, status, code, says) => {
  await publish(what, "2.0", sbom({ status }));
  const ran = await stale(what);
  expect(ran).toMatchObject({ code, err: "" });
  expect(ran.out).toContain(says);
});

test.each<[string, () => [string | undefined, string?], RegExp]>([
  [
    "a record that names none",
    () => [undefined],
    /demo 3\.0 x86_64: its record names no bill of materials; run/,
  ],
  [
    "one that was changed",
    () => [sbom(), `${sbom()} `],
    /3\.0\.cdx\.json: not the bill of materials that the signed record names \(another sha256\); get it/,
  ],
  ["one of another disk", () => [sbom({ identity: "b".repeat(64) })], /is of another disk; run/],
  ["one without apt sources", () => [sbom({ sources: [] })], /names no apt source: .*; run/],
  [
    "one of another system",
    () => [sbom().replaceAll("pkg:deb/", "pkg:rpm/")],
    /has no Debian packages \(pkg:deb\): debian 12 is looked after by its own tools/,
  ],
  [
    "one with a suite that no archive has",
    () => [sbom({ sources: ["deb http://deb.example/debian trixie main"] })],
    /trixie: .*debian and .*security have no dists\/trixie\/InRelease; name the archive/,
  ],
  [
    "one with a component that the suite has not",
    () => [sbom({ sources: ["deb http://deb.example/debian bookworm main universe"] })],
    /bookworm has no component universe, only main, contrib; correct/,
  ],
])("%s is a problem in one line", async (what, sboms, says) => {
  const [text, written] = sboms();
  await publish(what, "3.0", text, written ?? text);
  const { code, err } = await stale(what);
  expect(code).toBe(1);
  expect(err).toMatch(says);
  expect(err.trim().split("\n")).toHaveLength(1);
});

test("one that lies elsewhere is found by its name and digest, with --sboms", async () => {
  await publish("apart", "1.0", sbom());
  rmSync(at("apart/1.0.cdx.json"));
  expect((await stale("apart")).err).toContain("1.0.cdx.json is not in");
  mkdirSync(at("images/demo"), { recursive: true });
  mkdirSync(at("images/other"));
  writeFileSync(at("images/other/1.0.cdx.json"), "another product's");
  writeFileSync(at("images/demo/1.0.cdx.json"), sbom());
  expect(await stale("apart", "--sboms", at("images"))).toMatchObject({ code: 4, err: "" });
});

test("a withdrawn release is not looked at", async () => {
  await publish("gone", "1.0", sbom());
  writeFileSync(at("gone/1.0.withdrawn.sigstore.json"), await publication.noticeOf("1.0"));
  expect((await stale("gone")).err).toContain("every release in it is withdrawn");
});

test("without records and key nothing is read", async () => {
  const { code, err } = await runCli(["stale", "--keyring", at("archive.gpg")]);
  expect(code).toBe(2);
  expect(err).toMatch(/--records is missing.*\n.*--key is missing: whose word counts\?/);
});
