/**
 * The files of a raw disk as a machine that runs it sees them, read in place: no mount, no root rights, nothing written.
 * Paths are absolute and `/`-separated.
 */
import { MIB } from "../facts/units";

export interface Tree {
  /**
   * Whole file; `undefined` when there is none. Follows symbolic links inside the tree.
   *
   * @param limit most bytes; default: {@link TEXT_LIMIT}
   * @throws {NotInspectable} it is larger, or cannot be read
   */
  read(path: string, limit?: number): Buffer | undefined;
  /**
   * MD5 of a whole file, hex, whatever its size: dpkg knows files by it. `undefined` when there is none.
   *
   * @throws {NotInspectable} it cannot be read, or more is asked for than the disk has bytes
   */
  md5(path: string): string | undefined;
  /** Names and sizes in one folder, sorted by name; `undefined` when there is no such folder. */
  list(path: string): Entry[] | undefined;
  /** Where a symbolic link points, as it is written; `undefined` for whatever is none. The last part is not followed. */
  target(path: string): string | undefined;
  /** The rights of the root folder itself, whose name stands in no other one; FAT has none. */
  readonly top?: Pick<Entry, "mode" | "uid" | "gid" | "attributes">;
}

export interface Entry {
  /** Bytes that are no UTF-8 are lone surrogates, U+DC80 to U+DCFF: two names are never the same text. */
  name: string;
  kind: "file" | "folder" | "link" | "other";
  /** Bytes; 0 for anything but a file. */
  size: number;
  /** The same for two names of one folder. */
  id?: string;
  /** Permissions, with setuid, setgid and sticky; FAT has none, nor owners. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Of kind `other`: a disk, a terminal or the like, and no pipe or socket. */
  device?: boolean;
  /** Names of extended attributes, as `security.capability`. */
  attributes?: readonly string[];
}

/** The tree cannot be read here. The rules that need it report "not inspected", never "passed". */
export class NotInspectable extends Error {
  override name = "NotInspectable";
}

/** Bytes of the largest file that people or programs configure a system with. */
export const TEXT_LIMIT = MIB;

/** Folders inside folders; a path of Linux has at most 2048 (PATH_MAX), and none of a sound image a tenth of it. */
const DEEPEST = 200;
/** Names below one folder. A whole desktop system has fewer. */
const MOST_NAMES = 500_000;

/**
 * Every file below `path`, as full paths; folders that do not exist hold nothing.
 *
 * @throws {NotInspectable} there is no end to it: a folder is inside itself
 */
export function* filesBelow(tree: Tree, path: string): Generator<{ path: string; size: number }> {
  const seen = new Set<string>();
  let names = 0;
  const waiting = [{ path, depth: 0 }];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    const inside: typeof waiting = [];
    for (const { name, kind, size, id } of tree.list(folder.path) ?? []) {
      const full = folder.path === "/" ? `/${name}` : `${folder.path}/${name}`;
      if (++names > MOST_NAMES) throw new NotInspectable(`${path} holds more than ${MOST_NAMES} names`);
      if (kind === "file") yield { path: full, size };
      if (kind !== "folder") continue;
      if (folder.depth === DEEPEST) throw new NotInspectable(`${path} is more than ${DEEPEST} folders deep`);
      if (id !== undefined && seen.has(id)) {
        throw new NotInspectable(`the folder ${full} is in two places: the file system is damaged`);
      }
      if (id !== undefined) seen.add(id);
      inside.push({ path: full, depth: folder.depth + 1 });
    }
    waiting.push(...inside.reverse());
  }
}

/** Text of a file, or `undefined`. */
export function textOf(tree: Tree, path: string, limit = TEXT_LIMIT): string | undefined {
  return tree.read(path, limit)?.toString("utf8");
}
