import { posix } from "node:path";
import { isOwn } from "../own-files";
import { type OwnedFiles, ownedFiles } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";
import type { Entry, Tree } from "../tree";

export const packageFiles: Rule = {
  id: "package-files",
  severity: "error",
  title: "The files of every package are what the package brought",
  reason:
    "A program or a setting that was changed after its installation does something else than the package that users know.",
  cure: "Install the package again; a file that the product changes on purpose is declared in ownFiles.",
  limits:
    "Files that were deleted; a file that was changed together with its digest in /var/lib/dpkg (only the packages of a signed archive tell that: see --sums); maintainer scripts in /var/lib/dpkg/info.",
  check(image, expected) {
    const root = rootOf(image);
    const owned = ownedFiles(image);
    const say = (message: string, where: string): Finding => ({ message, where });
    const changed = [...owned.digests].flatMap(([path, { md5, package: name, setting }]) => {
      const found = root.md5(path);
      if (found === undefined || found === md5 || isOwn(expected, path)) return [];
      return [
        say(`${setting ? "a setting" : "a file"} of ${name} that is not as the package brought it`, path),
      ];
    });
    const entries = lookedUp(root);
    const undigested = [...owned.undigested].flatMap(([path, name]) => {
      const entry = entries(path);
      if (entry === undefined || isOwn(expected, path)) return [];
      if (entry.kind === "file") return [say(`a file of ${name} of which dpkg has no digest`, path)];
      const target = entry.kind === "link" ? strayTarget(root, path, owned) : undefined;
      return target === undefined ? [] : [say(`a link of ${name} to ${target}, which no package owns`, path)];
    });
    return [...changed, ...undigested];
  },
};

/** Entries by path, each folder listed once. */
function lookedUp(root: Tree): (path: string) => Entry | undefined {
  const folders = new Map<string, Map<string, Entry>>();
  return (path) => {
    const parent = posix.dirname(path);
    let entries = folders.get(parent);
    if (!entries) {
      entries = new Map((root.list(parent) ?? []).map((entry) => [entry.name, entry]));
      folders.set(parent, entries);
    }
    return entries.get(posix.basename(path));
  };
}

/** Where what a machine makes is, and the links that update-alternatives(1) keeps. */
const CHANGING = /^\/(run|proc|dev|sys|tmp|var|etc)(\/|$)/;

/** The target of a link, when there is something that no package owns. */
export function strayTarget(root: Tree, path: string, owned: OwnedFiles): string | undefined {
  const written = root.target(path);
  if (written === undefined) return undefined;
  const target = owned.place(posix.resolve(posix.dirname(path), written));
  if (CHANGING.test(target) || owned.has(target)) return undefined;
  // What is a link again is looked at where it lies.
  if (root.target(target) !== undefined || root.md5(target) === undefined) return undefined;
  return target;
}
