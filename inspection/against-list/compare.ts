import { posix } from "node:path";
import type { FileList, ListedFile } from "../../config/file-list";
import type { InspectedImage } from "../image";
import { isOwn } from "../own-files";
import { rootOf } from "../rule";
import { type Entry, NotInspectable, type Tree } from "../tree";
import { judgeAdded, judgeChanged, type Kind } from "./judge";
import { type MovedPackage, packagesSince } from "./packages-since";
import { differenceOf, isProgramPlace, placeOf } from "./places";
import { type Unread, walkSystem } from "./walk";

export interface Difference {
  readonly kind: Kind;
  readonly path: string;
  readonly message: string;
}

/** Result of a comparison. */
export interface SystemReport {
  readonly differences: readonly Difference[];
  /** Packages that changed since. */
  readonly packages: readonly MovedPackage[];
  readonly unread: readonly Unread[];
  /** Those of {@link unread} that hide programs of the image, or files that start programs. */
  readonly needed: readonly Unread[];
  /** Files, folders and links: as the list says; data of the machine's own; as the asker says (`ownFiles`). */
  readonly counts: { readonly same: number; readonly data: number; readonly own: number };
}

interface Asked {
  readonly list: FileList;
  /** Mounts that are not walked, with their types. */
  readonly foreign: ReadonlyMap<string, string>;
  /** Patterns of files that the machine's owner put there. */
  readonly ownFiles: readonly string[];
  readonly onStep?: (far: string) => void;
}

/** Files between two turns of timers and signals. */
const FILES_AT_ONCE = 200;

/**
 * Compares a system with the list of the image that it came from.
 *
 * @throws {NotInspectable} when there is no end to it
 */
export async function compareWithList(
  system: InspectedImage,
  { list, foreign, ownFiles, onStep }: Asked,
): Promise<SystemReport> {
  const tree = rootOf(system);
  const since = packagesSince(system, list);
  const unread: Unread[] = [];
  const differences: Difference[] = [];
  const counts = { same: 0, data: 0, own: 0 };
  const add = (kind: Kind | undefined, path: string, message: string) => {
    if (kind === undefined) counts.data++;
    else differences.push({ kind, path, message });
  };
  const known = { tree, isKnown: since.isKnown, isCopy: since.isCopy };
  const seen = new Set<string>();
  for (const { path, entry } of walkSystem(tree, foreign, unread)) {
    seen.add(path);
    if (seen.size % FILES_AT_ONCE === 0) {
      onStep?.(`${seen.size} files`);
      await new Promise(setImmediate);
    }
    const wanted = list.files.get(path);
    if (isOwn({ ownFiles }, path)) counts.own++;
    else if (wanted) {
      const has = readEntry(tree, path, entry, { wanted, unread });
      if (!has) continue;
      const message = differenceOf(has, wanted);
      if (message === undefined) counts.same++;
      else if (!since.take(path, wanted, true))
        add(judgeChanged(path, { has, wanted }, known), path, message);
    } else if (!since.take(path, undefined, true)) {
      const kind = judgeAdded(path, entry, known);
      if (kind !== undefined || entry.kind !== "folder") add(kind, path, "it was added");
    }
  }
  unread.push(...unmounted(list, seen));
  const isHidden = hiding(unread);
  for (const [path, wanted] of list.files) {
    if (seen.has(path) || isOwn({ ownFiles }, path) || isHidden(path) || since.take(path, wanted, false))
      continue;
    add(judgeChanged(path, { has: undefined, wanted }, known), path, "it is missing");
  }
  const needed = unread.filter((each) => hidesPrograms(each, list));
  differences.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { differences, packages: since.packages(), unread, needed, counts };
}

/** Content is read only where it can be the same. */
function readEntry(
  tree: Tree,
  path: string,
  { kind, size, mode, uid = 0, gid = 0, device = false }: Entry,
  { wanted, unread }: { wanted: ListedFile; unread: Unread[] },
): (ListedFile & { device?: boolean }) | undefined {
  try {
    const sha256 = kind === "file" && size === wanted.size ? tree.sha256(path) : undefined;
    const target = kind === "link" ? tree.target(path) : undefined;
    return {
      kind,
      ...(mode !== undefined && { rights: { mode, uid, gid } }),
      ...(kind === "file" && { size }),
      ...(sha256 !== undefined && { sha256 }),
      ...(target !== undefined && { target }),
      ...(device && wanted.kind !== "other" && { device }),
    };
  } catch (error) {
    if (!(error instanceof NotInspectable)) throw error;
    unread.push({ path, why: error.message.slice(path.length + 2) });
    return undefined;
  }
}

/** The EFI system partition, whose files have no rights, where none of it is seen: it is mounted on first use, or not at all. */
function unmounted({ files }: FileList, seen: ReadonlySet<string>): Unread[] {
  const paths = [...files].filter(([, { rights }]) => rights === undefined).map(([path]) => path);
  if (paths.length === 0 || paths.some((path) => seen.has(path))) return [];
  const [top = ""] = paths.sort((a, b) => a.length - b.length);
  return [{ path: posix.dirname(top), why: "the EFI system partition is not mounted there" }];
}

/** Or what starts some: a folder of jobs that may not be listed may have another one. */
function hidesPrograms({ path }: Unread, { files }: FileList): boolean {
  if (isProgramPlace(path) || [path, `${path}/x`].some((each) => placeOf(each) === "start")) return true;
  const below = path === "/" ? "/" : `${path}/`;
  return [...files.keys()].some((each) => each.startsWith(below) && isProgramPlace(each));
}

function hiding(unread: readonly Unread[]): (path: string) => boolean {
  const paths = new Set(unread.map(({ path }) => path));
  return (path) => {
    for (let at = path; at !== "/"; at = posix.dirname(at)) if (paths.has(at)) return true;
    return paths.has("/");
  };
}
