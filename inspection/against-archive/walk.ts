import type { InspectedImage } from "../image";
import { rootOf } from "../rule";
import { type Entry, NotInspectable, type Tree } from "../tree";

/** Where the EFI system partition is in the paths of this check, mounted there or not. */
export const ESP = "/boot/efi";

/** Maximum nesting; sound images use a tenth. */
const DEEPEST = 200;
/** A desktop system has 400,000. */
const MOST = 2_000_000;

/** A file system tree with every entry of it by its path, links not followed. */
export interface Walked {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Content of a file, hex. */
  sha256(path: string): string | undefined;
  target(path: string): string | undefined;
  /** @throws {NotInspectable} when it is larger than `limit`, by default that of configuration files */
  read(path: string, limit?: number): Buffer | undefined;
}

/**
 * Every entry of the root with its mounts, and of the EFI system partition at {@link ESP}.
 *
 * @throws {NotInspectable} when a part is unreadable, or inside itself
 */
export function walkImage(image: InspectedImage): Walked {
  const root = rootOf(image);
  const { esp } = image;
  const hasOwnEsp = !isEspMounted(image) && !(esp instanceof NotInspectable);
  const entries = new Map<string, Entry>();
  walk(root, "/", "", entries);
  if (hasOwnEsp) walk(esp, "/", ESP, entries);
  const at = (path: string): [Tree, string] =>
    hasOwnEsp && path.startsWith(`${ESP}/`) ? [esp, path.slice(ESP.length)] : [root, path];
  return {
    entries,
    sha256: (path) => digestAt(...at(path)),
    target: (path) => targetAt(...at(path)),
    read: (path, limit) => readAt(...at(path), limit),
  };
}

/** True if the root has the EFI system partition at {@link ESP}; another FAT may be mounted there. */
export function isEspMounted({ root, esp }: Pick<InspectedImage, "root" | "esp">): boolean {
  if (root instanceof NotInspectable || esp instanceof NotInspectable) return false;
  const own = new Set((esp.list("/") ?? []).map(({ id }) => id));
  return (root.list(ESP) ?? []).some(({ mode, id }) => mode === undefined && own.has(id));
}

const digestAt = (tree: Tree, path: string) => tree.sha256(path);
const targetAt = (tree: Tree, path: string) => tree.target(path);
const readAt = (tree: Tree, path: string, limit?: number) => tree.read(path, limit);

function walk(tree: Tree, from: string, prefix: string, entries: Map<string, Entry>): void {
  const seen = new Set<string>();
  const waiting = [{ path: from, depth: 0 }];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const entry of tree.list(folder.path) ?? []) {
      const path = folder.path === "/" ? `/${entry.name}` : `${folder.path}/${entry.name}`;
      if (entries.size >= MOST) throw new NotInspectable(`more than ${MOST} files`);
      entries.set(`${prefix}${path}`, entry);
      if (entry.kind !== "folder") continue;
      const twice = entry.id !== undefined && seen.has(entry.id);
      if (folder.depth === DEEPEST || twice) throw new NotInspectable(`${path}: too deep, or inside itself`);
      if (entry.id !== undefined) seen.add(entry.id);
      waiting.push({ path, depth: folder.depth + 1 });
    }
  }
}
