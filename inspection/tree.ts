/**
 * The files of a raw disk as seen by a machine that runs it, read in place: no mount, no root rights, nothing
 * written. Paths are absolute and `/`-separated.
 */
import { MIB } from "../facts/units";

export interface Tree {
  /**
   * Whole file; `undefined` if missing. Follows symbolic links inside the tree.
   *
   * @param limit maximum bytes; default: {@link TEXT_LIMIT}
   * @throws {NotInspectable} when it is larger, or unreadable
   */
  read(path: string, limit?: number): Buffer | undefined;
  /**
   * MD5 of a whole file of any size, hex: dpkg's digest. `undefined` if missing.
   *
   * @throws {NotInspectable} when it is unreadable, or more bytes were requested than the disk has
   */
  md5(path: string): string | undefined;
  /** The same as SHA-256. */
  sha256(path: string): string | undefined;
  /** Names and sizes in one folder, sorted by name; `undefined` if there is no such folder. */
  list(path: string): Entry[] | undefined;
  /** Target of a symbolic link, verbatim; `undefined` for anything else. The last component is not followed. */
  target(path: string): string | undefined;
  /** Permissions of the root folder itself, which is in no other folder; absent for FAT. */
  readonly top?: Pick<Entry, "mode" | "uid" | "gid" | "attributes">;
}

export interface Entry {
  /** Bytes that are not UTF-8 are lone surrogates, U+DC80 to U+DCFF: distinct names stay distinct. */
  name: string;
  kind: "file" | "folder" | "link" | "other";
  /** Bytes; 0 for non-files. */
  size: number;
  /** Equal for two names of one folder. */
  id?: string;
  /** Permissions, with setuid, setgid and sticky; absent for FAT, which has no owners either. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Of kind `other`: a device rather than a pipe or socket. */
  device?: boolean;
  /** Of a device: `c 1:3`, a character device with its major and minor number. */
  numbers?: string;
  /** Names of extended attributes, e.g. `security.capability`, and chattr(1)'s `immutable` and `append`. */
  attributes?: readonly string[];
}

/** The tree is unreadable here. Rules that need it report "not inspected", never "passed". */
export class NotInspectable extends Error {
  override name = "NotInspectable";
}

/** Maximum bytes of a configuration file. */
export const TEXT_LIMIT = MIB;

/** Maximum nesting; Linux paths allow 2048 (PATH_MAX), sound images use less than a tenth. */
const DEEPEST = 200;
/** Maximum names below one folder. A desktop system has fewer. */
const MOST_NAMES = 500_000;

/**
 * Every file below `path`, as full paths; missing folders are empty.
 *
 * @throws {NotInspectable} when a folder is inside itself
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
