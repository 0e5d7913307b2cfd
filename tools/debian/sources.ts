import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Where a Debian system is installed from, taken from this machine's own apt configuration. */
export interface DebianSources {
  /** Code name of the release, `bookworm`. */
  suite: string;
  /** Lines of a sources.list: the suite itself, its updates and its security updates, component main only. */
  lines: string[];
  /** Seconds since 1970 of the newest of the signed package lists: the time stamp of everything built from them. */
  date: number;
}

/**
 * The signed Debian package lists that apt holds. Nothing but Debian's own `main` is taken over, whatever else the
 * machine installs from. Throws with the cure where there is none.
 */
export function debianSources(): DebianSources {
  const format = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(COMPONENT)|$(FILENAME)";
  const listed = execFileSync("apt-get", ["indextargets", "--format", format, "Created-By: Packages"], {
    encoding: "utf8",
  });
  const targets = listed
    .trim()
    .split("\n")
    .map((line) => line.split("|"))
    .flatMap(([origin, uri, release, codename, component, file]) =>
      origin === "Debian" && component === "main" && uri && release && codename && file
        ? [{ uri, release, codename, file }]
        : [],
    );
  const base = targets.find((target) => target.release === target.codename);
  if (!base) {
    throw new Error(
      "apt holds no package list of Debian main: run 'apt-get update' on a Debian system first",
    );
  }
  const ofSuite = targets.filter((target) => target.release.startsWith(base.codename));
  return {
    suite: base.codename,
    lines: ofSuite.map(({ uri, release }) => `deb ${uri} ${release} main`),
    date: Math.max(...ofSuite.map((target) => releaseDate(target.file, target.release))),
  };
}

/** `Date:` of the InRelease file that lies beside a package list in apt's own folder, in seconds since 1970. */
function releaseDate(packagesFile: string, release: string): number {
  const stem = packagesFile.slice(
    0,
    packagesFile.indexOf(`_dists_${release}_`) + `_dists_${release}_`.length,
  );
  const file = [`${stem}InRelease`, `${stem}Release`].find((candidate) => existsSync(candidate));
  const date = file && /^Date: (.+)$/m.exec(readFileSync(file, "utf8"))?.[1];
  if (!date) throw new Error(`${stem}InRelease: no date in it; run 'apt-get update'`);
  return Date.parse(date) / 1000;
}
