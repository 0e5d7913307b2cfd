import { candidateOf } from "../../../archive/candidate";
import { type Offer, pinsIn } from "../../../archive/preferences";
import type { ReleaseFile } from "../../../archive/release-file";

const suite = (suite: string, more: Partial<ReleaseFile> = {}): ReleaseFile =>
  ({
    suite,
    codename: suite,
    archive: "stable",
    origin: "Debian",
    label: "Debian",
    version: "12.15",
    ...more,
  }) as ReleaseFile;
const STABLE = suite("bookworm");
const BACKPORTS = suite("bookworm-backports", { notAutomatic: true, butAutomaticUpgrades: true });
const EXPERIMENTAL = suite("experimental", { notAutomatic: true });

const offer = (release: ReleaseFile, version: string): Offer => ({
  ...{ name: "linux", source: "linux", sourceVersion: version, version, component: "main" },
  suite: { release, host: "deb.debian.org" },
});
const ALL = [
  offer(STABLE, "6.1.140-1"),
  offer(BACKPORTS, "6.12.30-1~bpo12+1"),
  offer(EXPERIMENTAL, "6.16-1"),
];

/** Each as `apt-cache policy` of apt 2.6 answers, by apt_preferences(5). */
test.each([
  ["one of the stable suite stays there", "6.1.135-1", "", undefined, "6.1.140-1"],
  ["the newest of the stable suite", "6.1.140-1", "", undefined, undefined],
  ["one of backports is compared with backports", "6.12.27-1~bpo12+1", "", undefined, "6.12.30-1~bpo12+1"],
  ["the newest of backports", "6.12.30-1~bpo12+1", "", undefined, undefined],
  ["one from elsewhere that is newer than all", "6.20-1", "", undefined, undefined],
  [
    "backports pinned",
    "6.1.140-1",
    "Package: *\nPin: release n=bookworm-backports\nPin-Priority: 600",
    undefined,
    "6.12.30-1~bpo12+1",
  ],
  ["backports by default", "6.1.140-1", "", "bookworm-backports", "6.12.30-1~bpo12+1"],
  [
    "stable pinned away",
    "6.1.135-1",
    "Package: linux\nPin: release n=bookworm, c=main\nPin-Priority: -1",
    undefined,
    "6.12.30-1~bpo12+1",
  ],
  [
    "the first record that matches counts",
    "6.1.135-1",
    "Package: li*\nPin: version 6.12*\nPin-Priority: 700\n\nPackage: linux\nPin: version 6.12*\nPin-Priority: -1",
    undefined,
    "6.12.30-1~bpo12+1",
  ],
  [
    "older from priority 1000 on",
    "6.12.30-1~bpo12+1",
    "Package: *\nPin: release n=bookworm\nPin-Priority: 1000",
    undefined,
    "6.1.140-1",
  ],
  [
    "older, and only preferred",
    "6.12.30-1~bpo12+1",
    "Package: *\nPin: release n=bookworm\nPin-Priority: 999",
    undefined,
    undefined,
  ],
])("%s", (_what, version, preferences, defaultRelease, candidate) => {
  const installed = { name: "linux", source: "linux", version };
  const found = candidateOf(installed, ALL, { pins: pinsIn(preferences), defaultRelease });
  expect(found?.version).toBe(candidate);
});
