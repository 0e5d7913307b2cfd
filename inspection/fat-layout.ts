/** Layout of a FAT12/16/32: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, 2000. */
import { readSync } from "node:fs";

import { MIB } from "../facts/units";
import { NotInspectable } from "./tree";

/** Reads `length` bytes at `position` of the raw disk. */
export type ReadAt = (position: number, length: number) => Buffer;

/** @param descriptor of an open raw disk; reads beyond its end are truncated */
export function readerOf(descriptor: number): ReadAt {
  return (position, length) => {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  };
}

export interface FatLayout {
  clusterBytes: number;
  /** Disk position of cluster 2. */
  data: number;
  bits: 12 | 16 | 32;
  clusters: number;
  /** Entries 0 and 1, then one for each cluster. */
  table: Buffer;
  /** Disk positions of the tables: identical copies, unless `mirrored` is false. */
  tables: readonly number[];
  mirrored: boolean;
  /** Media descriptor of the boot sector; repeated in the table's first entry. */
  medium: number;
  root: { cluster: number } | { position: number; length: number };
  /** Volume serial number in blkid(8)'s form, and label. */
  serial: string;
  label: string;
}

/** Maximum bytes of a table: an EFI system partition of 64 GiB with default clusters has one of 64 MiB. */
const LARGEST_TABLE = 64 * MIB;
const END = { 12: 0xff8, 16: 0xfff8, 32: 0x0ffffff8 } as const;

/**
 * Reads boot sector and first allocation table.
 *
 * @throws {NotInspectable} when it is not a FAT
 */
export function readFatLayout(readAt: ReadAt, start: number, length: number, name: string): FatLayout {
  const boot = readAt(start, 512);
  const refuse = (why: string) => new NotInspectable(`${name} holds no FAT file system: ${why}`);
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
  const tableBytes = Math.ceil(((clusters + 2) * bits) / 8);
  if (tableBytes > fatSectors * sector) throw refuse(`no room for ${clusters} clusters in its table`);
  if (tableBytes > LARGEST_TABLE) throw refuse(`a table of ${tableBytes} bytes, at most ${LARGEST_TABLE}`);
  const table = readAt(start + reserved * sector, tableBytes);
  if (table.length < tableBytes) throw refuse("the disk ends inside its table");
  // Extended flags of FAT32: bit 7 set means that only one table is active.
  const mirrored = bits !== 32 || (boot.readUInt16LE(40) & 0x80) === 0;
  const extended = bits === 32 ? 67 : 39;
  return {
    clusterBytes: perCluster * sector,
    data: start + dataSector * sector,
    bits,
    clusters,
    table,
    tables: Array.from({ length: fats }, (_, index) => start + (reserved + index * fatSectors) * sector),
    mirrored,
    medium: boot.readUInt8(21),
    root:
      bits === 32
        ? { cluster: boot.readUInt32LE(44) }
        : { position: start + (reserved + fats * fatSectors) * sector, length: rootSectors * sector },
    serial: boot
      .readUInt32LE(extended)
      .toString(16)
      .toUpperCase()
      .padStart(8, "0")
      .replace(/^(.{4})/, "$1-"),
    label: boot.toString("latin1", extended + 4, extended + 15).trimEnd(),
  };
}

/** Inconsistency of the tables that firmware may reject; `undefined`: none. */
export function tableProblem(readAt: ReadAt, layout: FatLayout): string | undefined {
  const { table, tables, mirrored, medium, bits } = layout;
  const high = { 12: 0xf00, 16: 0xff00, 32: 0x0fffff00 }[bits];
  if (!mirrored) return "only one of its allocation tables is kept";
  if (entryAt(layout, 0) !== high + medium) return "its allocation table does not begin as one";
  // The second entry is an end marker, except for two flags about unmounting.
  const flags = { 12: 0, 16: 0xc000, 32: 0x0c000000 }[bits];
  if ((entryAt(layout, 1) | flags) >>> 0 < END[bits]) return "its allocation table does not begin as one";
  const differs = tables.slice(1).some((at) => !readAt(at, table.length).equals(table));
  return differs ? "its allocation tables say different things" : undefined;
}

/**
 * The clusters of a file or folder, to the end of its chain, or until the caller stops.
 *
 * @throws {NotInspectable} when the chain has no valid end
 */
export function* chainOf(layout: FatLayout, first: number): Generator<number> {
  let cluster = first;
  for (let steps = 0; cluster < END[layout.bits]; steps++) {
    if (cluster < 2 || cluster >= layout.clusters + 2) {
      throw new NotInspectable(`its chain of clusters leads to ${cluster}, which is none`);
    }
    if (steps === layout.clusters) throw new NotInspectable("its chain of clusters has no end");
    yield cluster;
    cluster = entryAt(layout, cluster);
  }
}

/** Disk position of a cluster. */
export function positionOf({ data, clusterBytes }: FatLayout, cluster: number): number {
  return data + (cluster - 2) * clusterBytes;
}

/** Table entry of a cluster; 0: free. */
export function entryAt({ table, bits }: FatLayout, cluster: number): number {
  if (bits === 16) return table.readUInt16LE(cluster * 2);
  if (bits === 32) return table.readUInt32LE(cluster * 4) & 0x0fffffff;
  const position = Math.floor(cluster * 1.5);
  const pair = table.readUInt8(position) | ((table[position + 1] ?? 0) << 8);
  return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
}
