import { readSync } from "node:fs";

import { type Entry, NotInspectable, type Tree } from "./tree";

/** Reads `length` bytes at `position` of the raw disk. */
export type ReadAt = (position: number, length: number) => Buffer;

/** @param descriptor of an open raw disk; what lies beyond its end is left out */
export function readerOf(descriptor: number): ReadAt {
  return (position, length) => {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  };
}

interface Layout {
  clusterBytes: number;
  /** Position of cluster 2 in the raw. */
  data: number;
  fat: Buffer;
  bits: 12 | 16 | 32;
  clusters: number;
  root: { cluster: number } | { position: number; length: number };
}

interface Node {
  entry: Entry;
  cluster: number;
}

const DIRECTORY = 0x10;
const VOLUME_LABEL = 0x08;
const LONG_NAME = 0x0f;
/** A folder of more than 65,536 entries is not allowed by the format; the same bound stops a looped chain early. */
const FOLDER_LIMIT = 65_536 * 32;
const FILE_LIMIT = 512 * 1024 * 1024;

/**
 * FAT12/16/32 as an EFI system partition has it (Microsoft "FAT: General Overview of On-Disk Format" 1.03, 2000).
 * Throws {@link NotInspectable} when the partition holds no FAT.
 */
export function openFat(readAt: ReadAt, start: number, length: number): Tree {
  const layout = readLayout(readAt, start, length);
  const chain = (first: number, limit: number): Buffer =>
    Buffer.concat([...clustersOf(layout, first, limit)].map((of) => readAt(of.start, of.end - of.start)));
  const folder = (node: Node | undefined): Node[] => readFolder(readAt, layout, node);
  /** `null` is the root folder, `undefined` is nothing. FAT names are compared without case. */
  const find = (path: string): Node | null | undefined => {
    let at: Node | null = null;
    for (const part of path.split("/").filter(Boolean)) {
      if (at !== null && at.entry.kind !== "folder") return undefined;
      const found: Node | undefined = folder(at ?? undefined).find(
        ({ entry }) => entry.name.toLowerCase() === part.toLowerCase(),
      );
      if (!found) return undefined;
      at = found;
    }
    return at;
  };

  return {
    read(path) {
      const node = find(path);
      if (!node || node.entry.kind !== "file") return undefined;
      return chain(node.cluster, Math.min(node.entry.size, FILE_LIMIT));
    },
    list(path) {
      const node = find(path);
      if (node === undefined || (node !== null && node.entry.kind !== "folder")) return undefined;
      return folder(node ?? undefined)
        .map(({ entry }) => entry)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/** Bytes of the raw disk, `end` not part of it. */
interface Cluster {
  start: number;
  end: number;
}

/**
 * Every file and folder of the file system, with where its data lies.
 *
 * @throws {NotInspectable} the partition holds no FAT
 */
export function* fatFiles(
  readAt: ReadAt,
  start: number,
  length: number,
): Generator<{ path: string; clusters: Iterable<Cluster> }> {
  const layout = readLayout(readAt, start, length);
  const seen = new Set<number>();
  function* below(path: string, node: Node | undefined): ReturnType<typeof fatFiles> {
    for (const child of readFolder(readAt, layout, node)) {
      const { cluster, entry } = child;
      // Two entries of one cluster, or a folder inside itself: a damaged disk.
      if (cluster < 2 || seen.has(cluster)) continue;
      seen.add(cluster);
      const full = `${path}/${entry.name}`;
      const isFolder = entry.kind === "folder";
      yield { path: full, clusters: clustersOf(layout, cluster, isFolder ? FOLDER_LIMIT : entry.size) };
      if (isFolder) yield* below(full, child);
    }
  }
  yield* below("", undefined);
}

function readFolder(readAt: ReadAt, layout: Layout, node: Node | undefined): Node[] {
  const { root } = layout;
  if (!node && "position" in root) return parseFolder(readAt(root.position, root.length));
  const first = node ? node.cluster : "cluster" in root ? root.cluster : 0;
  const parts = [...clustersOf(layout, first, FOLDER_LIMIT)];
  return parseFolder(Buffer.concat(parts.map((of) => readAt(of.start, of.end - of.start))));
}

/** Where the first `limit` bytes of a chain of clusters lie. */
function* clustersOf(layout: Layout, first: number, limit: number): Generator<Cluster> {
  let bytes = 0;
  for (let cluster = first; cluster >= 2 && cluster < layout.clusters + 2 && bytes < limit;) {
    const start = layout.data + (cluster - 2) * layout.clusterBytes;
    const take = Math.min(layout.clusterBytes, limit - bytes);
    yield { start, end: start + take };
    bytes += take;
    cluster = nextCluster(layout, cluster);
  }
}

function readLayout(readAt: ReadAt, start: number, length: number): Layout {
  const boot = readAt(start, 512);
  const refuse = (why: string) =>
    new NotInspectable(`the EFI system partition holds no FAT file system: ${why}`);
  if (boot.length < 512 || boot.readUInt16LE(510) !== 0xaa55) throw refuse("no boot sector signature");
  const sector = boot.readUInt16LE(11);
  const perCluster = boot.readUInt8(13);
  if (![512, 1024, 2048, 4096].includes(sector)) throw refuse(`${sector} bytes per sector`);
  if (perCluster === 0 || (perCluster & (perCluster - 1)) !== 0)
    throw refuse(`${perCluster} sectors per cluster`);

  const reserved = boot.readUInt16LE(14);
  const fats = boot.readUInt8(16);
  const rootEntries = boot.readUInt16LE(17);
  const sectors = boot.readUInt16LE(19) || boot.readUInt32LE(32);
  const fatSectors = boot.readUInt16LE(22) || boot.readUInt32LE(36);
  const rootSectors = Math.ceil((rootEntries * 32) / sector);
  const dataSector = reserved + fats * fatSectors + rootSectors;
  if (reserved === 0 || fats === 0 || fatSectors === 0) throw refuse("no allocation table");
  if (sectors * sector > length || dataSector >= sectors) {
    throw refuse(`${sectors * sector} bytes of file system in a partition of ${length}`);
  }
  const clusters = Math.floor((sectors - dataSector) / perCluster);
  const bits = clusters < 4085 ? 12 : clusters < 65_525 ? 16 : 32;
  return {
    clusterBytes: perCluster * sector,
    data: start + dataSector * sector,
    fat: readAt(start + reserved * sector, fatSectors * sector),
    bits,
    clusters,
    root:
      bits === 32
        ? { cluster: boot.readUInt32LE(44) }
        : { position: start + (reserved + fats * fatSectors) * sector, length: rootSectors * sector },
  };
}

/** The next cluster of a chain; 0 at its end. A chain that leaves the table ends there. */
function nextCluster({ fat, bits }: Layout, cluster: number): number {
  if (bits === 12) {
    const position = Math.floor(cluster * 1.5);
    if (position + 2 > fat.length) return 0;
    const pair = fat.readUInt16LE(position);
    const next = cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
    return next >= 0xff7 ? 0 : next;
  }
  if (bits === 16) {
    if (cluster * 2 + 2 > fat.length) return 0;
    const next = fat.readUInt16LE(cluster * 2);
    return next >= 0xfff7 ? 0 : next;
  }
  if (cluster * 4 + 4 > fat.length) return 0;
  const next = fat.readUInt32LE(cluster * 4) & 0x0fffffff;
  return next >= 0x0ffffff7 ? 0 : next;
}

function parseFolder(bytes: Buffer): Node[] {
  const nodes: Node[] = [];
  let longName = "";
  for (let at = 0; at + 32 <= bytes.length; at += 32) {
    const first = bytes.readUInt8(at);
    if (first === 0) break;
    const attributes = bytes.readUInt8(at + 11);
    if (first === 0xe5) {
      longName = "";
      continue;
    }
    if (attributes === LONG_NAME) {
      // The parts of a long name stand before the entry, last part first.
      longName = longNamePart(bytes.subarray(at, at + 32)) + longName;
      continue;
    }
    const name = longName || shortName(bytes.subarray(at, at + 32));
    longName = "";
    if (attributes & VOLUME_LABEL || name === "." || name === "..") continue;
    const kind = attributes & DIRECTORY ? "folder" : "file";
    nodes.push({
      entry: { name, kind, size: kind === "file" ? bytes.readUInt32LE(at + 28) : 0 },
      cluster: (bytes.readUInt16LE(at + 20) << 16) | bytes.readUInt16LE(at + 26),
    });
  }
  return nodes;
}

function longNamePart(entry: Buffer): string {
  const units = [entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)];
  return Buffer.concat(units).toString("utf16le").split("\0")[0]?.replaceAll("\uffff", "") ?? "";
}

function shortName(entry: Buffer): string {
  // Byte 12, as Windows and Linux write it: lower-case base (0x08) and extension (0x10).
  const flags = entry.readUInt8(12);
  const part = (from: number, to: number, lower: boolean) => {
    const text = entry.toString("latin1", from, to).trimEnd();
    return lower ? text.toLowerCase() : text;
  };
  const base = part(0, 8, (flags & 0x08) !== 0);
  const extension = part(8, 11, (flags & 0x10) !== 0);
  return extension ? `${base}.${extension}` : base;
}
