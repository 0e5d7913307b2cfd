/**
 * A file system inside the raw disk, read in place: no mount, no root rights, nothing written.
 * Paths are absolute and `/`-separated.
 */
export interface Tree {
  /** Whole file; `undefined` when there is none. Follows symbolic links inside the tree. */
  read(path: string): Buffer | undefined;
  /** Names and sizes in one folder, sorted by name; `undefined` when there is no such folder. */
  list(path: string): Entry[] | undefined;
}

export interface Entry {
  name: string;
  kind: "file" | "folder" | "link" | "other";
  /** Bytes; 0 for anything but a file. */
  size: number;
}

/** The tree cannot be read here. The rules that need it report "not inspected", never "passed". */
export class NotInspectable extends Error {
  override name = "NotInspectable";
}

/** Every file below `path`, as full paths; folders that do not exist hold nothing. */
export function* filesBelow(tree: Tree, path: string): Generator<{ path: string; size: number }> {
  for (const entry of tree.list(path) ?? []) {
    const full = path === "/" ? `/${entry.name}` : `${path}/${entry.name}`;
    if (entry.kind === "folder") yield* filesBelow(tree, full);
    else if (entry.kind === "file") yield { path: full, size: entry.size };
  }
}

/** Text of a file, or `undefined`. */
export function textOf(tree: Tree, path: string): string | undefined {
  return tree.read(path)?.toString("utf8");
}
