/** Maps byte ranges of a raw disk to the files with data in them, to help locate a change. */
import { closeSync, openSync } from "node:fs";

import { MIB } from "../facts/units";
import { openDebugfs } from "./debugfs";
import { fatFiles } from "./fat";
import { readerOf } from "./fat-layout";
import { printable } from "./printable";
import { readSuperblock } from "./superblock";
import { NotInspectable } from "./tree";

/** Bytes of the disk, `end` exclusive. */
export interface Extent {
  start: number;
  end: number;
}

/** Maximum blocks to look up with debugfs: 64 MiB of a file system with 4 KiB blocks, which takes about a second. */
const MOST_BLOCKS = 16_384;
/** Linux's limit for one program argument is 128 KiB; a number and its blank have at most 12 characters. */
const NUMBERS_TOGETHER = 8000;
/** Inode of ext4's journal (kernel documentation, "Special inodes", 2026-11). */
const JOURNAL = 8;
/** Maximum bytes of debugfs's output: 8000 lines, each with a path. */
const ANSWER = 16 * MIB;
/** Maximum names per extent; people read the first few. */
const MOST_NAMES = 1000;
/** Maximum comparisons of a file with an extent, about a second; then the names so far are returned. */
const MOST_LOOKS = 50_000_000;

/**
 * Paths in the partitions' file systems, for each extent; sorted, and {@link printable}: the disk is not trusted.
 * Empty where there is no file, no FAT or ext2/3/4 file system, or no tool to read it. Extents after the first 64 MiB
 * get no names. Never throws: the names are only additional information.
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
    // A changed disk may be inconsistent. Names found so far are still valid.
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
    // The next partition may still be readable.
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

/** Lines of a number, a tab and its value, as printed by icheck and ncheck below a heading. */
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
