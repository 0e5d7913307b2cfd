import { MIB } from "../facts/units";
import { parseFolder } from "./fat-folder";
import { chainOf, type FatLayout, positionOf, type ReadAt, readFatLayout, tableProblem } from "./fat-layout";
import type { FileSystem, Node } from "./file-system";
import { NotInspectable } from "./tree";

/** The format allows at most 65,536 entries in a folder. */
const FOLDER_LIMIT = 65_536 * 32;
/** Total bytes of all folders: half a million files. */
const FOLDERS_LIMIT = 16 * MIB;
/** Maximum nesting; a path has at most 260 characters. */
const DEEPEST = 130;

/**
 * FAT12/16/32, e.g. of an EFI system partition. The structure of the whole file system is checked first, including
 * every cluster chain: whether firmware reads a damaged one is a matter of luck.
 *
 * @param name for messages: `the EFI system partition`
 * @throws {NotInspectable} when it is not a FAT, or damaged
 */
export function openFat(readAt: ReadAt, start: number, length: number, name: string): FileSystem {
  const layout = readFatLayout(readAt, start, length, name);
  const problem = tableProblem(readAt, layout) ?? structureProblem(readAt, layout);
  if (problem !== undefined) throw new NotInspectable(`${name} holds a damaged FAT file system: ${problem}`);
  const folders = new Map<number, readonly Node[]>();
  return {
    name,
    length,
    root: rootOf(layout),
    caseSensitive: false,
    list(folder) {
      let listed = folders.get(folder.id);
      if (!listed) {
        const nodes = parseFolder(folderBytes(readAt, layout, folder));
        listed = nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
        folders.set(folder.id, listed);
      }
      return listed;
    },
    read: (file) => readFile(readAt, layout, file),
    pieces: (file) => [readFile(readAt, layout, file)],
    target: () => {
      throw new NotInspectable("FAT has no symbolic links");
    },
  };
}

/** Files and folders with the location of their data. */
interface Run {
  path: string;
  /** Bytes of the raw disk, `end` exclusive. */
  start: number;
  end: number;
}

/**
 * Data of every file and folder of a possibly damaged file system: invalid chains are skipped, and no cluster is
 * returned twice.
 *
 * @throws {NotInspectable} when the partition is not a FAT
 */
export function* fatFiles(readAt: ReadAt, start: number, length: number): Generator<Run> {
  const layout = readFatLayout(readAt, start, length, "the partition");
  const owned = new Uint8Array(layout.clusters + 2);
  for (const { path, node } of walk(readAt, layout, true)) {
    let [from, end] = [0, 0];
    try {
      for (const cluster of chainOf(layout, node.id)) {
        if (owned[cluster] === 1) break;
        owned[cluster] = 1;
        const at = positionOf(layout, cluster);
        if (at !== end && end > 0) yield { path, start: from, end };
        if (at !== end) from = at;
        end = at + layout.clusterBytes;
      }
    } catch (error) {
      if (!(error instanceof NotInspectable)) throw error;
    }
    if (end > 0) yield { path, start: from, end };
  }
}

/** Problem of the first damaged file, or of a cluster that belongs to two. */
function structureProblem(readAt: ReadAt, layout: FatLayout): string | undefined {
  const owned = new Uint8Array(layout.clusters + 2);
  const claim = ({ id, kind, size }: Node) => {
    if (id === 0 && kind === "file" && size === 0) return;
    let bytes = 0;
    for (const cluster of chainOf(layout, id)) {
      if (owned[cluster] === 1) throw new NotInspectable(`cluster ${cluster} belongs to another file too`);
      owned[cluster] = 1;
      bytes += layout.clusterBytes;
    }
    if (bytes < size) throw new NotInspectable(`its chain of clusters ends after ${bytes} of ${size} bytes`);
  };
  let at = "/";
  try {
    if ("cluster" in layout.root) claim(rootOf(layout));
    for (const { path, node } of walk(readAt, layout, false)) {
      at = path;
      claim(node);
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotInspectable) return `${at}: ${error.message}`;
    throw error;
  }
}

/**
 * Every file and folder, a folder before its content. The caller checks a folder's cluster chain before it requests
 * the next.
 *
 * @param leaveOut skips unreadable entries; otherwise {@link NotInspectable} is thrown
 */
function* walk(
  readAt: ReadAt,
  layout: FatLayout,
  leaveOut: boolean,
): Generator<{ path: string; node: Node }> {
  const seen = new Set<number>();
  let left = FOLDERS_LIMIT;
  const contentOf = (folder: Node): Node[] => {
    try {
      if (left <= 0) throw new NotInspectable(`its folders take more than ${FOLDERS_LIMIT} bytes`);
      const bytes = folderBytes(readAt, layout, folder);
      left -= bytes.length;
      return parseFolder(bytes);
    } catch (error) {
      if (!leaveOut || !(error instanceof NotInspectable)) throw error;
      left -= FOLDER_LIMIT;
      return [];
    }
  };
  const waiting = [{ path: "", node: rootOf(layout), depth: 0 }];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const node of contentOf(folder.node)) {
      const path = `${folder.path}/${node.name}`;
      yield { path, node };
      if (node.kind !== "folder") continue;
      const depth = folder.depth + 1;
      const refused = depth > DEEPEST || seen.has(node.id);
      if (refused && leaveOut) continue;
      if (refused) throw new NotInspectable(`more than ${DEEPEST} folders deep, or a folder inside itself`);
      seen.add(node.id);
      waiting.push({ path, node, depth });
    }
  }
}

function rootOf({ root }: FatLayout): Node {
  return { name: "", kind: "folder", size: 0, id: "cluster" in root ? root.cluster : 0 };
}

function folderBytes(readAt: ReadAt, layout: FatLayout, folder: Node): Buffer {
  // The root folder of FAT12 and FAT16 is not a cluster chain.
  if (folder.name === "" && "position" in layout.root) {
    return readAt(layout.root.position, layout.root.length);
  }
  const parts: Buffer[] = [];
  for (const cluster of chainOf(layout, folder.id)) {
    parts.push(readAt(positionOf(layout, cluster), layout.clusterBytes));
    if (parts.length * layout.clusterBytes > FOLDER_LIMIT) {
      throw new NotInspectable(`a folder of more than ${FOLDER_LIMIT} bytes`);
    }
  }
  return Buffer.concat(parts);
}

function readFile(readAt: ReadAt, layout: FatLayout, { id, size }: Node): Buffer {
  const content = Buffer.alloc(size);
  let at = 0;
  if (size === 0) return content;
  for (const cluster of chainOf(layout, id)) {
    const part = readAt(positionOf(layout, cluster), Math.min(layout.clusterBytes, size - at));
    part.copy(content, at);
    at += part.length;
    if (at === size) return content;
  }
  throw new NotInspectable(`its chain of clusters ends after ${at} of ${size} bytes`);
}
