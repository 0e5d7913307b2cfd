/** Combines file systems into the single tree of a running machine. */
import { createHash } from "node:crypto";

import { MIB } from "../facts/units";
import { type Entry, NotInspectable, TEXT_LIMIT, type Tree } from "./tree";

/** A file system's handle of a file: enough to read it without its name. */
export interface Node extends Omit<Entry, "id"> {
  /** Inode, or first cluster. */
  id: number;
}

/** One file system inside the raw disk. All of it throws {@link NotInspectable}. */
export interface FileSystem {
  /** For messages: `partition 3`. */
  readonly name: string;
  /** Bytes. */
  readonly length: number;
  readonly root: Node;
  /** False for FAT. */
  readonly caseSensitive: boolean;
  /** Sorted by name; returns the same array on every call. */
  list(folder: Node): readonly Node[];
  read(file: Node): Buffer;
  /** The same in pieces, for files of any size. */
  pieces(file: Node): Iterable<Buffer>;
  /** Text of a symbolic link. */
  target(link: Node): string;
}

/** Mounted file systems by path, or the reason why one is unreadable. */
export type Mounts = ReadonlyMap<string, FileSystem | NotInspectable>;

/** Linux's limit of followed links (path_resolution(7)). */
const MOST_LINKS = 40;
/** Maximum bytes read by all rules together: dpkg's database, a loader, and small files. */
const MOST_BYTES = 512 * MIB;

interface Place {
  system: FileSystem;
  node: Node;
  /** Without any link; empty for the root. */
  path: string;
}

/**
 * The tree of a root file system with its mounts.
 *
 * @param mounts by path, links resolved: {@link realPath}
 */
export function treeOf(root: FileSystem, mounts: Mounts = new Map()): Tree {
  let left = MOST_BYTES;
  // A file with holes may exceed the disk's size; the sum of all files in a sound system does not.
  let most = root.length;
  for (const system of mounts.values()) if (!(system instanceof NotInspectable)) most += system.length;
  const digester = (algorithm: "md5" | "sha256") => {
    let left = most;
    return (path: string): string | undefined => {
      const place = find(root, mounts, path);
      if (place?.node.kind !== "file") return undefined;
      left -= place.node.size;
      if (left < 0) throw new NotInspectable(`${path}: the files are larger than the disk`);
      return about(path, () => {
        const hash = createHash(algorithm);
        for (const piece of place.system.pieces(place.node)) hash.update(piece);
        return hash.digest("hex");
      });
    };
  };
  return {
    top: rightsOf(root.root),
    read(path, limit = TEXT_LIMIT) {
      const place = find(root, mounts, path);
      if (place?.node.kind !== "file") return undefined;
      const { size } = place.node;
      if (size > limit) throw new NotInspectable(`${path} has ${size} bytes; at most ${limit} are read`);
      left -= size;
      if (left < 0) throw new NotInspectable(`${path}: more than ${MOST_BYTES} bytes in all are not read`);
      return about(path, () => place.system.read(place.node));
    },
    md5: digester("md5"),
    sha256: digester("sha256"),
    target(path) {
      const at = path.lastIndexOf("/");
      const folder = find(root, mounts, path.slice(0, at) || "/");
      const place = folder?.node.kind === "folder" ? step(folder, path.slice(at + 1), mounts) : undefined;
      return place?.node.kind === "link" ? about(path, () => place.system.target(place.node)) : undefined;
    },
    list(path) {
      const place = find(root, mounts, path);
      if (place?.node.kind !== "folder") return undefined;
      return withMounts(about(path, () => place.system.list(place.node)).map(entryIn(place)), place, mounts);
    },
  };
}

/** A path with every link resolved; missing parts are kept as written. */
export function realPath(root: FileSystem, mounts: Mounts, path: string): string {
  const parts = path.split("/").filter(Boolean);
  let known = "";
  for (const [index, part] of parts.entries()) {
    const place = find(root, mounts, `${known}/${part}`);
    if (!place) return [known, ...parts.slice(index)].join("/");
    known = place.path;
  }
  return known;
}

/** Linux's path resolution: component by component, links followed on the way, `..` relative to their targets. */
function find(root: FileSystem, mounts: Mounts, path: string): Place | undefined {
  const start: Place = { system: root, node: root.root, path: "" };
  let way = [start];
  let links = 0;
  const names = path.split("/").reverse();
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === "" || name === ".") continue;
    const here = way.at(-1) ?? start;
    if (here.node.kind !== "folder") return undefined;
    if (name === "..") {
      if (way.length > 1) way.pop();
      continue;
    }
    const next = step(here, name, mounts);
    if (!next) return undefined;
    if (next.node.kind !== "link") {
      way.push(next);
      continue;
    }
    if (++links > MOST_LINKS) throw new NotInspectable(`${path}: more than ${MOST_LINKS} symbolic links`);
    const target = about(next.path, () => next.system.target(next.node));
    if (target.startsWith("/")) way = [start];
    names.push(...target.split("/").reverse());
  }
  return way.at(-1);
}

function step({ system, node, path }: Place, name: string, mounts: Mounts): Place | undefined {
  const full = `${path}/${name}`;
  const mounted = mounts.get(full);
  if (mounted instanceof NotInspectable) throw mounted;
  if (mounted) return { system: mounted, node: mounted.root, path: full };
  const found = named(
    system,
    about(path || "/", () => system.list(node)),
    name,
  );
  if (found.length > 1) throw new NotInspectable(`${full} is there ${found.length} times`);
  return found[0] && { system, node: found[0], path: full };
}

const indexes = new WeakMap<readonly Node[], Map<string, Node[]>>();

/** Entries of this name, by the file system's rules of comparison. */
function named({ caseSensitive }: FileSystem, list: readonly Node[], name: string): readonly Node[] {
  const key = (text: string) => (caseSensitive ? text : text.toLowerCase());
  let index = indexes.get(list);
  if (!index) {
    index = new Map();
    for (const node of list) {
      const same = index.get(key(node.name));
      if (same) same.push(node);
      else index.set(key(node.name), [node]);
    }
    indexes.set(list, index);
  }
  return index.get(key(name)) ?? [];
}

function rightsOf({ mode, uid, gid, attributes }: Node): NonNullable<Tree["top"]> {
  return {
    mode,
    uid,
    gid,
    attributes,
  };
}

function entryIn({ system }: Place): (node: Node) => Entry {
  return ({ size, id, ...node }) => ({
    ...node,
    size: node.kind === "file" ? size : 0,
    id: `${system.name}, ${id}`,
  });
}

/** A mount point hides the folder's own content, and exists even where the file system lacks the folder. */
function withMounts(entries: Entry[], { path }: Place, mounts: Mounts): Entry[] {
  const names = [...mounts.keys()]
    .filter((at) => at.startsWith(`${path}/`) && !at.includes("/", path.length + 1))
    .map((at) => at.slice(path.length + 1));
  const own = entries.filter(({ name }) => !names.includes(name));
  const mounted = names.map((name): Entry => {
    const system = mounts.get(`${path}/${name}`);
    const rights = system === undefined || system instanceof NotInspectable ? {} : rightsOf(system.root);
    return { name, kind: "folder", size: 0, id: `${path}/${name}`, ...rights };
  });
  return [...own, ...mounted].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Adds the file's path to errors. */
function about<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof NotInspectable) throw new NotInspectable(`${path}: ${error.message}`);
    // A number in what is damaged leads out of it.
    if (error instanceof RangeError) throw new NotInspectable(`${path}: it is damaged: ${error.message}`);
    throw error;
  }
}
