import { VIRTUAL } from "../file-list";
import { type Entry, NotInspectable, type Tree } from "../tree";

const DEEPEST = 200;
/** A machine with containers and homes has some millions. */
const MOST = 10_000_000;
/** Mount points of file systems without a disk. */
const NOT_BELOW = new Set(["/dev", "/proc", "/sys", "/run"]);

/** An unseen path: a folder or file that may not be read, or a file system that is not walked. */
export interface Unread {
  readonly path: string;
  readonly why: string;
}

/**
 * Every entry of a system's tree, links not followed. Those that cannot be read are reported and left out.
 *
 * @param foreign mounts that are not walked, with their types
 * @throws {NotInspectable} when there is no end to it
 */
export function* walkSystem(
  tree: Tree,
  foreign: ReadonlyMap<string, string>,
  unread: Unread[],
): Generator<{ path: string; entry: Entry }> {
  let count = 0;
  const waiting = [{ path: "/", depth: 0 }];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const entry of listed(tree, folder.path, unread)) {
      const path = folder.path === "/" ? `/${entry.name}` : `${folder.path}/${entry.name}`;
      if (VIRTUAL.test(path)) continue;
      if (++count > MOST) throw new NotInspectable(`more than ${MOST} files`);
      yield { path, entry };
      if (entry.kind !== "folder" || NOT_BELOW.has(path)) continue;
      const type = foreign.get(path);
      if (type !== undefined) unread.push({ path, why: `${type} is mounted there` });
      else if (folder.depth === DEEPEST) unread.push({ path, why: `more than ${DEEPEST} folders deep` });
      else waiting.push({ path, depth: folder.depth + 1 });
    }
  }
}

function listed(tree: Tree, path: string, unread: Unread[]): Entry[] {
  try {
    return tree.list(path) ?? [];
  } catch (error) {
    if (!(error instanceof NotInspectable)) throw error;
    unread.push({ path, why: error.message.slice(path.length + 2) });
    return [];
  }
}
