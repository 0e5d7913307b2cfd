import { MIB } from "../../facts/units";
import type { Python } from "./compile-python";
import type { ExpectedFiles } from "./expected";
import type { ArchivedPackage } from "./packages";
import type { Walked } from "./walk";

/** Inputs of a derivation: the image's tree, and the packages' files. */
export interface Context {
  readonly walked: Walked;
  readonly expected: ExpectedFiles;
  /** By name; of one in several architectures, the image's own. */
  readonly packages: ReadonlyMap<string, ArchivedPackage>;
  /** Every one, also of other architectures. */
  readonly all: readonly ArchivedPackage[];
  /** Paths at which packages bring this content, as written there, by its SHA-256. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>;
  /** The image's Python, or why it cannot be run here. */
  readonly python: Python | string | undefined;
  /** True if a kernel's argument names the root that is compared: `LABEL=root`. */
  readonly isRoot: (source: string) => boolean;
  /** A path in the tree's form, where /bin and the like are links into /usr. */
  readonly place: (path: string) => string;
}

/** Bytes of a file that is read as a whole: of Debian 12, hwdb.bin has 13 MB, modules.dep.bin and debconf's one at most. */
const LARGEST = 64 * MIB;

/** A file of the image; `undefined` if there is none. */
export function bytesAt({ walked }: Pick<Context, "walked">, path: string): Buffer | undefined {
  return walked.read(path, LARGEST);
}

/** Text of a file of the image; empty if there is none. */
export function textAt(context: Context, path: string): string {
  return bytesAt(context, path)?.toString("utf8") ?? "";
}

/**
 * Text of a file that a package brings and the image has unchanged; empty otherwise. What is derived from it is derived
 * from the archive.
 */
export function packagedText(context: Context, path: string): string {
  const { walked, expected, place } = context;
  const placed = place(path);
  const digests = (expected.get(placed) ?? []).map(({ sha256 }) => sha256);
  return digests.includes(walked.sha256(placed)) && digests.length > 0 ? textAt(context, placed) : "";
}

/** Packages that bring this path. */
export function ownersOf({ expected, place }: Context, path: string): string[] {
  return (expected.get(place(path)) ?? []).map((each) => each.package);
}

/** Text of all maintainer scripts of a package, as far as they are the archive's. */
export function scriptsOf(context: Context, name: string): string {
  return ["preinst", "postinst", "config"].map((script) => controlText(context, name, script)).join("\n");
}

/** Text of a control file of a package, as dpkg keeps it, if it is the archive's; empty otherwise. */
export function controlText(context: Context, name: string, kind: string): string {
  const found = context.packages.get(name);
  const digest = found?.contents.scripts[kind];
  if (!found || digest === undefined) return "";
  const path = [`${name}.${kind}`, `${name}:${found.architecture}.${kind}`]
    .map((file) => `/var/lib/dpkg/info/${file}`)
    .find((file) => context.walked.entries.has(file));
  return path !== undefined && context.walked.sha256(path) === digest ? textAt(context, path) : "";
}

/** True if a script has the word, or a beginning of it before a variable: `lz$util` of `lzcat`. Comments do not count. */
export function mentions(script: string, word: string): boolean {
  if (word === "") return false;
  const commands = script.replace(/^\s*#.*$/gm, "");
  const starts = Array.from({ length: Math.max(0, word.length - 2) }, (_, index) => word.slice(0, index + 2));
  const quoted = (text: string) => text.replace(/[\\^$.+*?()[\]{}|]/g, "\\$&");
  return (
    new RegExp(`(?<![\\w.+-])${quoted(word)}(?![\\w+-]|\\.\\w)`).test(commands) ||
    new RegExp(`(?<![\\w.+-])(${starts.map(quoted).join("|") || "(?!)"})"?\\$`).test(commands)
  );
}

/** Contents of packages, by SHA-256, with the paths of the files. */
export function contentsOf(packages: readonly ArchivedPackage[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { contents } of packages) {
    for (const { path, sha256 } of contents.files) {
      if (sha256 === undefined) continue;
      const paths = all.get(sha256);
      if (paths) paths.add(path);
      else all.set(sha256, new Set([path]));
    }
  }
  return all;
}
