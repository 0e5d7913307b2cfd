import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../../..");

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Both packages as npm would publish them: paths of their tarballs in `folder`. Compiles them. */
export function packBoth(folder: string): { product: string; rehearsal: string } {
  const shown = execFileSync(process.execPath, [path.join(ROOT, "tools/package.js"), folder], {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  const [product = "", rehearsal = ""] = shown.trim().split("\n");
  return { product, rehearsal };
}

/**
 * Unpacks a tarball into a project's node_modules as `npm install` would, without a registry: everything that the
 * package declares, and that these declare in turn, is linked from the checkout's own modules, and nothing else.
 */
export function install(project: string, name: string, tarball: string): void {
  const modules = path.join(project, "node_modules");
  const target = path.join(modules, name);
  fs.mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  const { dependencies } = JSON.parse(
    fs.readFileSync(path.join(target, "package.json"), "utf8"),
  ) as Required<LockEntry>;
  for (const dependency of closureOf(Object.keys(dependencies))) link(modules, dependency);
}

/** Adds packages that a user installs besides, as the clouds' resource classes. */
export function installBesides(project: string, ...names: string[]): void {
  for (const name of closureOf(names)) link(path.join(project, "node_modules"), name);
}

/** An empty folder of its own. */
export function emptyFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-installed-"));
}

function link(modules: string, name: string): void {
  const at = path.join(modules, name);
  if (fs.existsSync(at)) return;
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.symlinkSync(path.join(ROOT, "node_modules", name), at);
}

/** These packages and all that they need, by the lock file; nested copies are reached through their parents' links. */
function closureOf(names: readonly string[]): Set<string> {
  const { packages } = JSON.parse(fs.readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, LockEntry>>;
  };
  const found = new Set<string>();
  const add = (name: string) => {
    const entry = packages[`node_modules/${name}`];
    if (found.has(name) || !fs.existsSync(path.join(ROOT, "node_modules", name))) return;
    found.add(name);
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"] as const)
      Object.keys(entry?.[kind] ?? {}).forEach(add);
  };
  names.forEach(add);
  return found;
}
