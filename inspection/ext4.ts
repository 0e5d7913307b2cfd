import { posix } from "node:path";

import { openDebugfs, READ_LIMIT } from "./debugfs";
import { type Entry, NotInspectable, type Tree } from "./tree";

const LINK_DEPTH = 10;

/**
 * An ext2/3/4 file system at `start` bytes of `disk`. Throws {@link NotInspectable} when debugfs is missing or finds no
 * ext file system there.
 */
export function openExt4(disk: string, start: number): Tree {
  const { ask } = openDebugfs(disk, start);

  const folders = new Map<string, Listed[] | undefined>();
  const listRaw = (path: string): Listed[] | undefined => {
    if (!folders.has(path)) folders.set(path, parseListing(ask(`ls -p ${quote(path)}`).out.toString()));
    return folders.get(path);
  };
  /** Resolves every symbolic link on the way; `undefined` when something is missing. */
  const resolve = (path: string, depth = 0): { path: string; node: Listed } | undefined => {
    if (depth > LINK_DEPTH) return undefined;
    let at = { path: "/", node: ROOT };
    const parts = posix.normalize(path).split("/").filter(Boolean);
    for (const [index, part] of parts.entries()) {
      if (at.node.entry.kind !== "folder") return undefined;
      const node = listRaw(at.path)?.find(({ entry }) => entry.name === part);
      if (!node) return undefined;
      const full = posix.join(at.path, part);
      if (node.entry.kind === "link") {
        const target = linkTarget(ask(`stat ${quote(full)}`).out.toString());
        if (target === undefined) return undefined;
        return resolve(posix.join(posix.resolve(at.path, target), ...parts.slice(index + 1)), depth + 1);
      }
      at = { path: full, node };
    }
    return at;
  };

  return {
    read(path) {
      const found = resolve(path);
      if (!found || found.node.entry.kind !== "file") return undefined;
      if (found.node.entry.size > READ_LIMIT) {
        throw new NotInspectable(
          `${path} has ${found.node.entry.size} bytes; at most ${READ_LIMIT} are read`,
        );
      }
      const { out, problem } = ask(`cat <${found.node.inode}>`);
      if (problem || out.length !== found.node.entry.size) {
        throw new NotInspectable(
          `${path} cannot be read: ${problem || `${out.length} of ${found.node.entry.size} bytes`}`,
        );
      }
      return out;
    },
    list(path) {
      const found = resolve(path);
      if (!found || found.node.entry.kind !== "folder") return undefined;
      return listRaw(found.path)?.map(({ entry }) => entry);
    },
  };
}

interface Listed {
  inode: number;
  entry: Entry;
}

const ROOT: Listed = { inode: 2, entry: { name: "", kind: "folder", size: 0 } };

/** `ls -p` prints `/inode/mode/uid/gid/name/size/`, one entry a line; nothing at all when there is no such folder. */
function parseListing(text: string): Listed[] | undefined {
  const listed: Listed[] = [];
  for (const line of text.split("\n")) {
    const match = /^\/(\d+)\/(\d+)\/\d+\/\d+\/(.*)\/(\d*)\/$/.exec(line);
    if (!match) continue;
    const [, inode, mode, name, size] = match;
    if (!name || name === "." || name === "..") continue;
    const kind = kindOf(parseInt(mode ?? "0", 8));
    listed.push({
      inode: Number(inode),
      entry: { name, kind, size: kind === "file" ? Number(size ?? 0) : 0 },
    });
  }
  if (listed.length === 0 && !/\/\.\//.test(text)) return undefined;
  return listed.sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1));
}

function kindOf(mode: number): Entry["kind"] {
  switch (mode & 0o170000) {
    case 0o100000:
      return "file";
    case 0o040000:
      return "folder";
    case 0o120000:
      return "link";
    default:
      return "other";
  }
}

/** `stat` shows a short link as `Fast link dest: "…"`. */
function linkTarget(stat: string): string | undefined {
  return /^Fast link dest: "(.*)"$/m.exec(stat)?.[1];
}

/** debugfs takes double quotes around a name; a name with one inside cannot be asked for. */
function quote(path: string): string {
  if (/["\n]/.test(path))
    throw new NotInspectable(`a file name that debugfs cannot be asked for: ${JSON.stringify(path)}`);
  return `"${path}"`;
}
