import { posix } from "node:path";
import { MIB } from "../../../facts/units";
import { type Context, ownersOf, textAt } from "../context";
import { modulesIn, withoutBytesBefore } from "../module-names";

/** Bytes: a desktop's ld.so.cache has 200 KB, a distribution kernel's modules.dep.bin one MB. */
const LARGEST = 64 * MIB;

/** ld.so.cache: it leads to libraries of packages only. */
export function libraryCache(path: string, context: Context): string | undefined {
  const cache = context.walked.read(path, LARGEST)?.toString("latin1") ?? "";
  const stray = pathsIn(cache).find(
    (each) => ownersOf(context, each).length === 0 && !isAlias(each, context),
  );
  return stray && `it leads to ${stray}, which no package brings`;
}

/** NUL-terminated absolute paths. */
function pathsIn(cache: string): string[] {
  return [...new Set([...cache.matchAll(/\0(\/[^\0]+)(?=\0)/g)].map(([, path = ""]) => path))];
}

/** A link beside the library that ldconfig makes (its soname). */
function isAlias(path: string, context: Context): boolean {
  const placed = context.place(path);
  const target = context.walked.target(placed);
  return target !== undefined && ownersOf(context, posix.resolve(posix.dirname(placed), target)).length > 0;
}

/** depmod(8)'s lists by name: they name modules of this kernel's packages only. */
export function moduleList(path: string, context: Context): string | undefined {
  const folder = posix.dirname(path);
  const text = context.walked.read(path, LARGEST)?.toString("latin1") ?? "";
  // An absolute path leaves the folder (modules.dep(5)).
  const isKnown = (name: string) =>
    context.expected.has(`${folder}/${name}`) || context.expected.has(context.place(name));
  const stray = modulesIn(text).find((name) => !withoutBytesBefore(name).some(isKnown));
  if (stray !== undefined) return `it names ${stray}, which no package brings`;
  const runs = /^install\s/m.exec(text);
  return runs ? "it runs a command" : undefined;
}

/** A text that is the same as another file's, such as what ucf(1) keeps of what it installed. */
export function sameAs(path: string, source: string, context: Context): string | undefined {
  const { walked, place } = context;
  const wanted = walked.sha256(place(source));
  if (wanted === undefined) return `${source}, of which it is a copy, is not there`;
  return walked.sha256(path) === wanted ? undefined : `it is no copy of ${source}`;
}

/** Copies that ucf(1) keeps: the name is the path with colons. */
export function ucfCopy(path: string, context: Context): string | undefined {
  return sameAs(path, posix.basename(path).replaceAll(":", "/"), context);
}

/** A copy of a file of any package, under one of its names there. */
export function packagedCopy(path: string, context: Context): string | undefined {
  const names = context.contents.get(context.walked.sha256(path) ?? "");
  return names?.has(posix.basename(path)) ? undefined : "it is no copy of a package's file of this name";
}

/** A boot loader or kernel, which has another name where firmware looks for it. */
export function packagedProgram(path: string, context: Context): string | undefined {
  const names = [...(context.contents.get(context.walked.sha256(path) ?? "") ?? [])];
  const isBootable = names.some((name) => /\.efi(\.signed)?$|^vmlinu[xz]-/.test(name));
  return isBootable ? undefined : "it is no package's loader or kernel";
}

/** Text of the shells that packages bring: update-shells(8). */
export function shells(path: string, context: Context): string | undefined {
  const named = textAt(context, path)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const generic = (each: string) => context.walked.entries.get(context.place(each))?.kind === "link";
  const stray = named.find((each) => ownersOf(context, each).length === 0 && !generic(each));
  return stray && `it names ${stray}, which no package brings`;
}
