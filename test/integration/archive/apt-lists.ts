import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A suite of which apt has lists on this machine. */
export interface Listed {
  readonly uri: string;
  readonly suite: string;
}

const FORMAT = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ARCHITECTURE)|$(FILENAME)";
const HELPER = "/usr/lib/apt/apt-helper";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What this machine lacks for a comparison with apt and Debian's own indices; empty: nothing. */
export function missingHere(): string {
  if (!existsSync(HELPER) || !existsSync(KEYRING)) return "apt and debian-archive-keyring (a Debian system)";
  return debianTargets().length === 0 ? "package lists of Debian: run apt-get update" : "";
}

function debianTargets() {
  const listed = execFileSync("apt-get", ["indextargets", "--format", FORMAT, "Created-By: Packages"], {
    encoding: "utf8",
  });
  return listed.split("\n").flatMap((line) => {
    const [origin, uri = "", suite = "", component = "", architecture = "", file = ""] = line.split("|");
    return origin === "Debian" && component === "main" && existsSync(release(file, suite))
      ? [{ uri: uri.replace(/\/$/, ""), suite, component, architecture, file }]
      : [];
  });
}

/** The InRelease file beside a list. */
function release(list: string, suite: string): string {
  const stem = `_dists_${suite}_`;
  return `${list.slice(0, list.indexOf(stem) + stem.length)}InRelease`;
}

/** The lists that apt downloaded, laid out as the archives that they came from: a folder for each URI. */
export function mirrorOfLists(folder: string): { suites: Listed[]; places: string[]; keyring: string } {
  const suites: Listed[] = [];
  const places = new Map<string, string>();
  for (const { uri, suite, component, architecture, file } of debianTargets()) {
    const place = places.get(uri) ?? join(folder, `archive${places.size}`);
    places.set(uri, place);
    const index = join(place, "dists", suite, component, `binary-${architecture}`, "Packages");
    mkdirSync(dirname(index), { recursive: true });
    copyFileSync(release(file, suite), join(place, "dists", suite, "InRelease"));
    const most = { maxBuffer: 2 ** 30 };
    writeFileSync(
      index,
      file.endsWith("Packages") ? readFileSync(file) : execFileSync(HELPER, ["cat-file", file], most),
    );
    suites.push({ uri, suite });
  }
  return { suites, places: [...places.values()], keyring: KEYRING };
}

/** What `apt list --upgradable` says of a system with this status file, these suites and preferences. */
export function aptUpgradable(
  folder: string,
  system: { status: string; suites: readonly Listed[]; preferences?: string },
): { name: string; architecture: string; candidate: string; installed: string }[] {
  const at = (name: string, text: string) => {
    const file = join(folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const options = {
    "Dir::State::status": at("status", system.status),
    "Dir::Etc::sourcelist": at(
      "sources.list",
      system.suites.map(({ uri, suite }) => `deb ${uri} ${suite} main\n`).join(""),
    ),
    "Dir::Etc::sourceparts": "-",
    "Dir::Etc::preferences": at("preferences", system.preferences ?? ""),
    "Dir::Etc::preferencesparts": "-",
    "Dir::Cache::pkgcache": "",
    "Dir::Cache::srcpkgcache": "",
  };
  const args = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const listed = execFileSync("apt", ["list", "--upgradable", ...args], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 2 ** 26,
  });
  // openssl/oldstable-security 3.0.17-1~deb12u3 amd64 [upgradable from: 3.0.16-1~deb12u1]
  return [...listed.matchAll(/^(\S+?)\/\S+ (\S+) (\S+) \[upgradable from: (\S+)\]$/gm)]
    .map(([, name = "", candidate = "", architecture = "", installed = ""]) => ({
      ...{ name, architecture, candidate, installed },
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
