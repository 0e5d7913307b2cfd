import { posix } from "node:path";
import { isOwn } from "../own-files";
import { type OwnedFiles, ownedFiles } from "../owned-files";
import { linkTarget } from "../real-path";
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
    "Files that were deleted; which file of a package a link of a package leads to; a file that was changed together with its digest in /var/lib/dpkg (inspect --archive tells that); maintainer scripts in /var/lib/dpkg/info.",
  check(image, expected) {
    const root = rootOf(image);
    const owned = ownedFiles(image);
    const say = (message: string, where: string): Finding => ({ message, where });
    const entries = lookedUp(root);
    const changed = [...owned.digests].flatMap(([path, { md5, package: name, setting }]) => {
      const found = root.md5(path);
      if (found === undefined || isOwn(expected, path)) return [];
      const what = setting ? "a setting" : "a file";
      if (found !== md5) return [say(`${what} of ${name} that is not as the package brought it`, path)];
      // Equal bytes today, but whoever can write the target can change them.
      const target = entries(path)?.kind === "link" ? owned.place(linkTarget(root, path) ?? "") : undefined;
      if (target === undefined || owned.has(target)) return [];
      return [say(`${what} of ${name} that is a link to ${target}, which no package owns`, path)];
    });
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

/** Lookup of entries by path, listing each folder once. */
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

/** Folders recreated at each boot, except those writable by everyone. */
const VOLATILE = /^\/(run(?!\/(user|lock\/.|shm)(\/|$))|proc|dev(?!\/shm)|sys)(\/|$)/;
/** Configuration files without a package that packages link to; separate rules check them (2026-11). */
const SETTINGS =
  /^\/etc\/(alternatives|ssl\/certs|ssl\/private|pki)\/|^\/etc\/(environment|localtime|modules|mtab|resolv\.conf|shells)$/;
/** Read-only data of packages, with links to generated files. */
const DATA = /^\/(usr\/share|var)\//;

/** The target of a link, if it exists and no package owns it. */
function strayTarget(root: Tree, path: string, owned: OwnedFiles): string | undefined {
  const written = linkTarget(root, path);
  if (written === undefined) return undefined;
  const target = owned.place(written);
  if (VOLATILE.test(target) || SETTINGS.test(target) || owned.has(target)) return undefined;
  if (DATA.test(path) && /^\/(var|etc)\//.test(target)) return undefined;
  // A link to a link is checked at its own location, if that is covered.
  if (root.target(target) !== undefined && /^\/(usr|etc)\//.test(target)) return undefined;
  return root.md5(target) === undefined && root.list(target) === undefined ? undefined : target;
}
