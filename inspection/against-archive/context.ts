import { MIB } from "../../facts/units";
import type { ExpectedFiles } from "./expected";
import type { ArchivedPackage } from "./packages";
import type { Walked } from "./walk";

/** What a derivation may go by: the image's tree, and what packages bring. */
export interface Context {
  readonly walked: Walked;
  readonly expected: ExpectedFiles;
  readonly packages: ReadonlyMap<string, ArchivedPackage>;
  /** Names under which packages bring this content, by its SHA-256. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>;
  /** A path in the tree's form, where /bin and the like are links into /usr. */
  readonly place: (path: string) => string;
}

/** Bytes of a text that is read as a whole: locale.gen and debconf's have less than one MiB. */
const LARGEST_TEXT = 64 * MIB;

/** Text of a file of the image; empty if there is none. */
export function textAt({ walked }: Context, path: string): string {
  return walked.read(path, LARGEST_TEXT)?.toString("utf8") ?? "";
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
  const found = context.packages.get(name);
  if (!found) return "";
  return ["preinst", "postinst", "config"]
    .map((script) => {
      const digest = found.contents.scripts[script];
      const path = [`${name}.${script}`, `${name}:${found.architecture}.${script}`]
        .map((file) => `/var/lib/dpkg/info/${file}`)
        .find((file) => context.walked.entries.has(file));
      if (digest === undefined || path === undefined || context.walked.sha256(path) !== digest) return "";
      return textAt(context, path);
    })
    .join("\n");
}

/** True if a script has the word, or a beginning of it before a variable: `lz$util` of `lzcat`. */
export function mentions(script: string, word: string): boolean {
  if (word !== "" && script.includes(word)) return true;
  return Array.from({ length: Math.max(0, word.length - 2) }, (_, index) => word.slice(0, index + 2)).some(
    (start) => script.includes(`${start}$`),
  );
}

/** Contents of packages, by SHA-256, with the names of the files. */
export function contentsOf(packages: readonly ArchivedPackage[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { contents } of packages) {
    for (const { path, sha256 } of contents.files) {
      if (sha256 === undefined) continue;
      const name = path.slice(path.lastIndexOf("/") + 1);
      const names = all.get(sha256);
      if (names) names.add(name);
      else all.set(sha256, new Set([name]));
    }
  }
  return all;
}
