import { posix } from "node:path";
import { bytesAt, type Context, ownersOf, textAt } from "../context";
import { libraryCacheProblem } from "../library-cache";
import { moduleListProblem } from "../module-lists";

/** ld.so.cache: it leads to libraries of packages only, each under its own name. */
export function libraryCache(path: string, context: Context): string | undefined {
  const cache = bytesAt(context, path) ?? Buffer.alloc(0);
  return libraryCacheProblem(cache, (each) => ownersOf(context, each).length > 0 || isAlias(each, context));
}

/** A link beside the library that ldconfig makes (its soname). */
function isAlias(path: string, context: Context): boolean {
  const placed = context.place(path);
  const target = context.walked.target(placed);
  return target !== undefined && ownersOf(context, posix.resolve(posix.dirname(placed), target)).length > 0;
}

/** depmod(8)'s lists: they name modules of this kernel's packages only, all of them below the list's folder. */
export function moduleList(path: string, context: Context): string | undefined {
  const folder = posix.dirname(path);
  const list = bytesAt(context, path) ?? Buffer.alloc(0);
  return moduleListProblem(path, list, (name) => context.expected.has(`${folder}/${name}`));
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
  const isSame = pathsOf(path, context).some((each) => posix.basename(each) === posix.basename(path));
  return isSame ? undefined : "it is no copy of a package's file of this name";
}

/** A boot loader or kernel, which has another name where firmware looks for it. */
export function packagedProgram(path: string, context: Context): string | undefined {
  const isBootable = pathsOf(path, context).some((each) =>
    /\.efi(\.signed)?$|\/vmlinu[xz]-[^/]+$/.test(each),
  );
  return isBootable ? undefined : "it is no package's loader or kernel";
}

/** Where packages bring the content of this file. */
function pathsOf(path: string, { contents, walked }: Context): string[] {
  return [...(contents.get(walked.sha256(path) ?? "") ?? [])];
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
