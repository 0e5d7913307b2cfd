/** Whose bytes are these? The files that have data in given ranges of a raw disk, for a person who looks for a change. */
import { closeSync, openSync } from "node:fs";

import { openDebugfs } from "./debugfs";
import { fatFiles, readerOf } from "./fat";
import { NotInspectable } from "./tree";

/** Bytes of the disk, `end` not part of it. */
export interface Extent {
  start: number;
  end: number;
}

/** Blocks that debugfs is asked about: 64 MiB of a file system with 4 KiB blocks. Its answer is then a second away. */
const MOST_BLOCKS = 16_384;
/** Linux takes 128 KiB as one argument of a program; a number and its blank are at most 12 characters. */
const NUMBERS_TOGETHER = 8000;
/** ext4 keeps its journal in this inode (kernel documentation, "Special inodes", 2026-11). */
const JOURNAL = 8;

/**
 * Paths in the file systems that the partitions hold, for each extent; sorted, and without control characters: the disk
 * is not trusted. Empty where there is no file, no FAT or ext2/3/4 file system, or nothing to read one with. Of many
 * extents those after the first 64 MiB are left empty.
 */
export function filesAt(
  disk: string,
  partitions: readonly { start: number; length: number }[],
  extents: readonly Extent[],
): string[][] {
  const found = extents.map(() => new Set<string>());
  for (const { start, length } of partitions) {
    const end = start + length;
    const touched = extents.flatMap((of, index) => (of.start < end && start < of.end ? [index] : []));
    if (touched.length === 0) continue;
    const inside = touched.map((index) => extents[index]!);
    const names = firstThatReads(
      () => ext4FilesAt(disk, start, inside),
      () => fatFilesAt(disk, start, length, inside),
    );
    names.forEach((of, at) => of.forEach((name) => found[touched[at]!]!.add(printable(name))));
  }
  return found.map((names) => [...names].sort());
}

function firstThatReads(...readers: (() => string[][])[]): string[][] {
  for (const read of readers) {
    try {
      return read();
    } catch (error) {
      // A changed disk may hold a file system that says anything of itself.
      if (!(error instanceof NotInspectable) && !(error instanceof RangeError)) throw error;
    }
  }
  return [];
}

function ext4FilesAt(disk: string, start: number, extents: readonly Extent[]): string[][] {
  const { ask, blockSize } = openDebugfs(disk, start);
  const asked = new Map<number, number>();
  for (const [index, extent] of extents.entries()) {
    const first = Math.max(0, Math.floor((extent.start - start) / blockSize));
    const end = Math.ceil((extent.end - start) / blockSize);
    for (let block = first; block < end && asked.size < MOST_BLOCKS; block++) asked.set(block, index);
  }
  const inodes = pairsOf(ask, "icheck", [...asked.keys()]).flatMap(([block, inode]) => {
    const index = asked.get(block);
    return index === undefined || !/^\d+$/.test(inode) ? [] : [{ index, inode: Number(inode) }];
  });
  const names = new Map(pairsOf(ask, "ncheck", [...new Set(inodes.map(({ inode }) => inode))]));
  const found = extents.map((): string[] => []);
  for (const { index, inode } of inodes) {
    const name = inode === JOURNAL ? "journal of the file system" : names.get(inode);
    if (name !== undefined) found[index]!.push(name.replace(/^\/+/, "/"));
  }
  return found;
}

/** Lines of a number, a tab and its value, as icheck and ncheck print them below a heading. */
function pairsOf(
  ask: (request: string) => { out: Buffer },
  command: string,
  numbers: readonly number[],
): [number, string][] {
  const pairs: [number, string][] = [];
  for (let at = 0; at < numbers.length; at += NUMBERS_TOGETHER) {
    const { out } = ask(`${command} ${numbers.slice(at, at + NUMBERS_TOGETHER).join(" ")}`);
    for (const [, number = "", value = ""] of out.toString().matchAll(/^(\d+)\t(.+)$/gm)) {
      pairs.push([Number(number), value]);
    }
  }
  return pairs;
}

function fatFilesAt(disk: string, start: number, length: number, extents: readonly Extent[]): string[][] {
  const file = openSync(disk, "r");
  try {
    const found = extents.map((): string[] => []);
    for (const { path, clusters } of fatFiles(readerOf(file), start, length)) {
      for (const cluster of clusters) {
        extents.forEach((of, index) => {
          if (of.start < cluster.end && cluster.start < of.end) found[index]!.push(path);
        });
      }
    }
    return found;
  } finally {
    closeSync(file);
  }
}

/** Neither a terminal's control sequences nor what turns the order of letters around. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
