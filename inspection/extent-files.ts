/** Whose bytes are these? The files that have data in given ranges of a raw disk, for a person who looks for a change. */
import { closeSync, openSync } from "node:fs";

import { MIB } from "../facts/units";
import { openDebugfs } from "./debugfs";
import { fatFiles } from "./fat";
import { readerOf } from "./fat-layout";
import { printable } from "./printable";
import { readSuperblock } from "./superblock";
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
/** Bytes of one answer of debugfs: 8000 lines, each with a path. */
const ANSWER = 16 * MIB;
/** Names that are kept for one extent; people read the first few. */
const MOST_NAMES = 1000;
/** Looks at one file and one extent: a second's work. Then the names found so far are all. */
const MOST_LOOKS = 50_000_000;

/**
 * Paths in the file systems that the partitions hold, for each extent; sorted, and {@link printable}: the disk is not
 * trusted. Empty where there is no file, no FAT or ext2/3/4 file system, or nothing to read one with. Of many extents
 * those after the first 64 MiB are left empty. Never throws: that a disk differs is known without the names.
 */
export function filesAt(
  disk: string,
  partitions: readonly { start: number; length: number }[],
  extents: readonly Extent[],
): string[][] {
  const found = extents.map(() => new Set<string>());
  let file: number | undefined;
  try {
    file = openSync(disk, "r");
    for (const { start, length } of partitions) {
      const end = start + length;
      const touched = extents.flatMap((extent, index) =>
        extent.start < end && start < extent.end ? [index] : [],
      );
      if (touched.length === 0) continue;
      const inside = touched.map((index) => extents[index]!);
      nameFiles(file, { start, length }, inside, (at, name) => {
        const names = found[touched[at]!]!;
        if (names.size < MOST_NAMES) names.add(printable(name));
      });
    }
  } catch {
    // A changed disk may say anything of itself. What was named until now is still true.
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return found.map((names) => [...names].sort());
}

type Name = (extent: number, path: string) => void;

function nameFiles(
  file: number,
  { start, length }: { start: number; length: number },
  extents: readonly Extent[],
  name: Name,
): void {
  try {
    const superblock = readSuperblock(readerOf(file), start);
    if (superblock) nameExt4Files(file, start, superblock.blockSize, extents, name);
    else nameFatFiles(file, start, length, extents, name);
  } catch (error) {
    // Of the next partition there may be more to say.
    if (!(error instanceof NotInspectable) && !(error instanceof RangeError)) throw error;
  }
}

function nameExt4Files(
  file: number,
  start: number,
  blockSize: number,
  extents: readonly Extent[],
  name: Name,
): void {
  const { ask } = openDebugfs(file, start);
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
  for (const { index, inode } of inodes) {
    const found = inode === JOURNAL ? "journal of the file system" : names.get(inode);
    if (found !== undefined) name(index, found.replace(/^\/+/, "/"));
  }
}

/** Lines of a number, a tab and its value, as icheck and ncheck print them below a heading. */
function pairsOf(
  ask: ReturnType<typeof openDebugfs>["ask"],
  command: string,
  numbers: readonly number[],
): [number, string][] {
  const pairs: [number, string][] = [];
  for (let at = 0; at < numbers.length; at += NUMBERS_TOGETHER) {
    const { out } = ask(`${command} ${numbers.slice(at, at + NUMBERS_TOGETHER).join(" ")}`, ANSWER);
    for (const [, number = "", value = ""] of out.toString().matchAll(/^(\d+)\t(.+)$/gm)) {
      pairs.push([Number(number), value]);
    }
  }
  return pairs;
}

function nameFatFiles(
  file: number,
  start: number,
  length: number,
  extents: readonly Extent[],
  name: Name,
): void {
  let looks = 0;
  for (const { path, start: from, end } of fatFiles(readerOf(file), start, length)) {
    looks += extents.length;
    if (looks > MOST_LOOKS) return;
    extents.forEach((extent, index) => {
      if (extent.start < end && from < extent.end) name(index, path);
    });
  }
}
