import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPlace } from "../../../archive/place";
import { pinsIn } from "../../../archive/preferences";
import { openSuite } from "../../../archive/release-file";
import { compareInstalled, type Offers, offersOf } from "../../../archive/upgrades";
import { readSbom, type Sbom } from "../../../config/sbom";
import type { InspectedImage } from "../../../inspection/image";
import { sbomOf } from "../../../inspection/sbom";
import { NotInspectable, type Tree } from "../../../inspection/tree";
import { aptUpgradable, type Listed, mirrorOfLists, missingHere } from "./apt-lists";

const missing = missingHere();
if (missing !== "") console.warn(`skipped: apt as a judge; it needs ${missing}`);
const withLists = missing === "" ? describe : describe.skip;

function imageOf(files: Record<string, string>): InspectedImage {
  const root: Tree = {
    read: (path) => (path in files ? Buffer.from(files[path] ?? "") : undefined),
    list: () => undefined,
    md5: () => undefined,
    sha256: () => undefined,
    target: () => undefined,
  };
  return { size: 0, architecture: "x86_64", partitions: [], esp: new NotInspectable("none"), root };
}

function sbomFor(status: string, suites: readonly Listed[], preferences: string): Sbom {
  const files = {
    "/var/lib/dpkg/status": status,
    "/etc/os-release": readFileSync("/etc/os-release", "utf8"),
    "/etc/apt/sources.list": suites.map(({ uri, suite }) => `deb ${uri} ${suite} main\n`).join(""),
    "/etc/apt/preferences": preferences,
  };
  const text = sbomOf(imageOf(files), { file: "disk.raw", identity: "a".repeat(64), toolVersion: "0" });
  return readSbom(text, "sbom.json").sbom!;
}

withLists("against apt, with Debian's own signed indices", () => {
  const folder = mkdtempSync(join(tmpdir(), "imprimatur-archive-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  const own = readFileSync("/var/lib/dpkg/status", "utf8");
  let mirror: ReturnType<typeof mirrorOfLists>;
  const read = new Map<string, Offers>();
  beforeAll(async () => {
    mirror = mirrorOfLists(folder);
    const keyring = { file: mirror.keyring, parts: [readFileSync(mirror.keyring)] };
    const system = { ...sbomFor(own, mirror.suites, ""), architecture };
    for (const { uri, suite } of mirror.suites) {
      const release = await openSuite(
        suite,
        mirror.places.map((each) => openPlace(each)),
        { keyring, now: Date.now() },
      );
      read.set(suite, await offersOf([system], { release, host: new URL(uri).hostname }, ["main"]));
    }
  }, 120_000);

  /** What is newer, by way of the bill of materials. */
  function ours(status: string, suites: readonly Listed[], preferences: string) {
    const { packages, aptSources, aptPreferences, codename } = sbomFor(status, suites, preferences);
    const offers = aptSources.map(({ suite }) => read.get(suite)!);
    return compareInstalled({ packages, architecture }, offers, {
      preferences: { pins: pinsIn(aptPreferences) },
      codename,
    }).upgrades;
  }

  /** Every third package as if it had been installed from an older release, or rebuilt, or held. */
  const older = () => {
    let count = 0;
    return own.replace(/^Version: (.+)$/gm, (line, version: string) => {
      count++;
      if (count % 3 === 0) return `Version: ${version}~older`;
      return count % 7 === 0 ? `Version: ${version}+b99` : line;
    });
  };
  const held = () => own.replace(/^Status: install ok installed/gm, "Status: hold ok installed");
  const base = () => mirror.suites.filter(({ suite }) => !suite.includes("-"));

  test.each([
    ["this machine", () => own, () => mirror.suites, ""],
    ["this machine, without updates and security", () => own, base, ""],
    ["older and rebuilt packages", older, () => mirror.suites, ""],
    ["held packages", held, () => mirror.suites, ""],
    [
      "security pinned like backports",
      older,
      () => mirror.suites,
      "Package: *\nPin: release l=Debian-Security\nPin-Priority: 100\n",
    ],
    [
      "packages that are pinned by name, glob, source and version",
      older,
      () => mirror.suites,
      [
        "Package: lib*\nPin: release n=bookworm*\nPin-Priority: -1",
        "Package: src:systemd\nPin: origin deb.debian.org\nPin-Priority: 50",
        "Package: /^perl/\nPin: version *\nPin-Priority: 1001",
        "Package: *\nPin: origin nowhere.example\nPin-Priority: 1",
      ].join("\n\n"),
    ],
  ])("%s: as apt list --upgradable", (_what, status, suites, preferences) => {
    const apt = aptUpgradable(join(folder, "apt"), { status: status(), suites: suites(), preferences });
    const found = ours(status(), suites(), preferences);
    const plain = found.map(({ name, architecture, candidate, installed }) => ({
      ...{ name, architecture, candidate, installed },
    }));
    expect(plain.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(apt);
    expect(apt.length).toBeGreaterThan(preferences.includes("nowhere") ? 0 : 20);
  });
});
