/** Bytes of a raw disk outside any file: between partitions, after file systems, and in their free blocks. */
import { MIB } from "../facts/units";
import type { PartitionTable } from "../disk/partition-table";
import { ESP_TYPE, SWAP_TYPE } from "../disk/partition-types";
import { dataRanges } from "../disk/holes";
import { readFatLayout, readerOf, type FatLayout, positionOf, entryAt } from "./fat-layout";
import { freeBlocks } from "./free-blocks";
import type { PartitionPlace } from "./partition-place";
import { readSuperblock } from "./superblock";
import { NotInspectable } from "./tree";
import { xfsFreeBlocks } from "./xfs/free";
import { readXfsLayout } from "./xfs/layout";

/** A piece of it with possible data. */
export interface UnusedPiece {
  /** For messages: `the free blocks of partition 2`. */
  where: string;
  /** Includes the beginning of the next piece, so that no match is split. */
  bytes: Buffer;
  /** Bytes without that overlap. */
  length: number;
}

/** Bytes of the tables at begin and end. A GPT's: protective MBR, header and 128 entries; header and entries again. */
const TABLES: Record<PartitionTable["type"], { begin: number; end: number }> = {
  gpt: { begin: 34 * 512, end: 33 * 512 },
  mbr: { begin: 512, end: 0 },
};
const PIECE = MIB;
/** Overlap in bytes: a long key as text. */
const OVERLAP = 4096;

interface Region {
  where: string;
  start: number;
  end: number;
}

/**
 * All pieces that are neither holes of the file nor zero.
 *
 * @param disk its descriptor
 * @throws {NotInspectable} when a file system's free space is unknown
 */
export function* unusedPieces(
  disk: number,
  size: number,
  partitions: readonly PartitionPlace[],
  table: PartitionTable["type"] = "gpt",
): Generator<UnusedPiece> {
  const readAt = readerOf(disk);
  const zeros = Buffer.alloc(PIECE + OVERLAP);
  const ranges = [...dataRanges(disk, 0, size)];
  let first = 0;
  for (const { where, start, end } of regions(disk, size, partitions, TABLES[table])) {
    // Overlapping partitions move the start back.
    while (first > 0 && (ranges[first - 1]?.end ?? 0) > start) first--;
    while (first < ranges.length && ranges[first]!.end <= start) first++;
    for (let index = first; index < ranges.length && ranges[index]!.start < end; index++) {
      const data = ranges[index]!;
      for (let at = Math.max(start, data.start); at < Math.min(data.end, end); at += PIECE) {
        const left = Math.min(data.end, end) - at;
        const bytes = readAt(at, Math.min(PIECE + OVERLAP, left));
        if (bytes.equals(zeros.subarray(0, bytes.length))) continue;
        yield { where, bytes, length: Math.min(PIECE, bytes.length) };
      }
    }
  }
}

function* regions(
  disk: number,
  size: number,
  partitions: readonly PartitionPlace[],
  table: { begin: number; end: number },
): Generator<Region> {
  let at = table.begin;
  for (const place of [...partitions].sort((a, b) => a.start - b.start)) {
    if (place.start > at) yield { where: "the room between the partitions", start: at, end: place.start };
    yield* insideOf(disk, place);
    at = Math.max(at, place.start + place.length);
  }
  const end = size - table.end;
  if (end > at) yield { where: "the room behind the partitions", start: at, end };
}

function* insideOf(disk: number, place: PartitionPlace): Generator<Region> {
  const { number, start, length, typeGuid } = place;
  const readAt = readerOf(disk);
  const name = `partition ${number}`;
  const superblock = readSuperblock(readAt, start);
  if (superblock) {
    if (superblock.length > length) {
      throw new NotInspectable(`${name} has ${length} bytes, and its file system ${superblock.length}`);
    }
    for (const range of freeBlocks(readAt, start)) yield { where: `the free blocks of ${name}`, ...range };
    const end = start + Math.min(length, superblock.length);
    yield { where: `the end of ${name}, behind its file system`, start: end, end: start + length };
    return;
  }
  const xfs = readXfsLayout(readAt, start);
  if (xfs) {
    if (xfs.strange.length > 0 || xfs.length > length)
      throw new NotInspectable(`${name} cannot be read: ${xfs.strange.join(", ") || "it is cut"}`);
    for (const range of xfsFreeBlocks(readAt, start, xfs))
      yield { where: `the free blocks of ${name}`, ...range };
    const end = start + xfs.length;
    yield { where: `the end of ${name}, behind its file system`, start: end, end: start + length };
    return;
  }
  if (typeGuid === SWAP_TYPE) {
    // The first page is the header.
    yield { where: `${name}, which is for swap`, start: start + 4096, end: start + length };
    return;
  }
  const fat = attemptFat(disk, place);
  if (!fat) return;
  for (const range of freeClusters(fat)) yield { where: `the free clusters of ${name}`, ...range };
}

function attemptFat(
  disk: number,
  { number, start, length, typeGuid }: PartitionPlace,
): FatLayout | undefined {
  try {
    return readFatLayout(readerOf(disk), start, length, `partition ${number}`);
  } catch (error) {
    // The rule about unreadable partitions reports other kinds.
    if (error instanceof NotInspectable && typeGuid !== ESP_TYPE) return undefined;
    throw error;
  }
}

function* freeClusters(layout: FatLayout): Generator<{ start: number; end: number }> {
  let from: number | undefined;
  for (let cluster = 2; cluster < layout.clusters + 2; cluster++) {
    const free = entryAt(layout, cluster) === 0;
    if (free) from ??= cluster;
    if (!free && from !== undefined) {
      yield { start: positionOf(layout, from), end: positionOf(layout, cluster) };
      from = undefined;
    }
  }
  if (from !== undefined)
    yield { start: positionOf(layout, from), end: positionOf(layout, layout.clusters + 2) };
}
