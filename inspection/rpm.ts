/** Packages of an rpm system, listed by the machine's own rpm(8) from a copy of its database. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programPath } from "../facts/programs";
import { MIB } from "../facts/units";
import type { ListedPackage } from "./listed-package";
import { NotInspectable, type Tree } from "./tree";

/** Places of the database: rpm.org, "Relocating the RPM database", and RHEL 9 and before (2026-11). */
const FOLDERS = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];
/** SQLite (Fedora 33, RHEL 9), ndb (SUSE), Berkeley DB (RHEL 8), which rpm 4.17 and newer still reads. */
const DATABASES: readonly { file: string; backend: string; besides: readonly string[] }[] = [
  // Changes that are not in the database yet are beside it.
  { file: "rpmdb.sqlite", backend: "sqlite", besides: ["rpmdb.sqlite-wal"] },
  { file: "Packages.db", backend: "ndb", besides: ["Index.db"] },
  { file: "Packages", backend: "bdb_ro", besides: [] },
];
/** Bytes; that of a Fedora workstation has some 200 MB. */
const LARGEST = 400 * MIB;
const MOST_PACKAGES = 200_000;
/** Bytes of rpm's answer. */
const ANSWER = 64 * MIB;
/** Milliseconds; it takes a second or two for thousands of packages. */
const TIME_LIMIT = 120_000;
/** Keys that were imported are kept as packages without files. */
const KEYS = "gpg-pubkey";

const FIELDS = [
  "%{NAME}",
  "%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}",
  "%{ARCH}",
  "%{LONGSIZE}",
  "%{SOURCERPM}",
  "%{VENDOR}",
];

/**
 * Every package that rpm has installed, by name; `undefined`: no rpm system.
 *
 * @throws {NotInspectable} when the machine has no rpm, or it cannot read the database
 */
export function rpmPackages(root: Tree): ListedPackage[] | undefined {
  for (const folder of FOLDERS)
    for (const { file, backend, besides } of DATABASES) {
      const database = root.read(`${folder}/${file}`, LARGEST);
      if (!database) continue;
      const more = besides.map((name) => [name, root.read(`${folder}/${name}`, LARGEST)] as const);
      return listed(`${folder}/${file}`, backend, new Map([[file, database], ...more]));
    }
  return undefined;
}

function listed(
  name: string,
  backend: string,
  files: ReadonlyMap<string, Buffer | undefined>,
): ListedPackage[] {
  const rpm = programPath("rpm");
  if (!rpm)
    throw new NotInspectable(
      `${name}: the packages of this system are listed by the program rpm, which is not installed; install it (Debian, Fedora: the package rpm)`,
    );
  const copy = mkdtempSync(join(tmpdir(), "imprimatur-rpm-"));
  try {
    for (const [file, bytes] of files) if (bytes) writeFileSync(join(copy, file), bytes);
    return packagesIn(rpm, copy, backend, name);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function packagesIn(rpm: string, folder: string, backend: string, name: string): ListedPackage[] {
  const { stdout, stderr, error, signal, status } = spawnSync(
    rpm,
    [
      ...["--dbpath", folder, "--define", `_db_backend ${backend}`],
      ...["-qa", "--queryformat", `${FIELDS.join("\\t")}\\n`],
    ],
    {
      ...{ maxBuffer: ANSWER, timeout: TIME_LIMIT, killSignal: "SIGKILL", encoding: "utf8" },
      // Nobody's own macros.
      env: { PATH: process.env.PATH, HOME: folder, LC_ALL: "C" },
    },
  );
  if (error || signal || status !== 0) {
    const why = error?.message ?? (stderr.trim().split("\n")[0] || `rpm ended with ${signal ?? status}`);
    throw new NotInspectable(`${name}: rpm cannot read it (${why.slice(0, 300)})`);
  }
  const lines = stdout.split("\n").filter((line) => line !== "");
  if (lines.length === 0)
    throw new NotInspectable(
      `${name}: rpm finds no package in it (${stderr.trim().split("\n")[0]?.slice(0, 300) || "it is empty"})`,
    );
  if (lines.length > MOST_PACKAGES) throw new NotInspectable(`more than ${MOST_PACKAGES} packages`);
  return lines
    .map(packageIn)
    .filter((each) => each.name !== KEYS)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function packageIn(line: string): ListedPackage {
  const [name = "", version = "", architecture = "", size = "", source = "", vendor = ""] = line.split("\t");
  // `openssl-3.2.2-6.el9.src.rpm`
  const [, sourceName] = /^(.+)-[^-]+-[^-]+\.(?:no)?src\.rpm$/.exec(source) ?? [];
  return {
    ...{ name, version, architecture },
    installedBytes: Number(size) || 0,
    maintainer: vendor === "(none)" ? "" : vendor,
    source: sourceName ?? name,
  };
}
