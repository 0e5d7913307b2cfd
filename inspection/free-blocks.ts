/** Free blocks of ext2/3/4: kernel documentation, "Block and inode Bitmaps" (filesystems/ext4, 2026-11). */
import { type Group, groupReader } from "./ext4-inode";
import { blockReader } from "./ext4";
import type { ReadAt } from "./fat-layout";
import { readSuperblock, type Superblock } from "./superblock";
import { NotInspectable } from "./tree";

/** mke2fs reserves descriptors for growth to 1024 times the size (calc_reserved_gdt_blocks of libext2fs). */
const MOST_GROWTH = 1024;

/** Blocks, `end` exclusive. */
interface Range {
  start: number;
  end: number;
}

/**
 * Byte ranges in the raw disk, in order.
 *
 * @throws {NotInspectable} when a bitmap cannot be read
 */
export function* freeBlocks(readAt: ReadAt, start: number): Generator<Range> {
  const superblock = readSuperblock(readAt, start);
  if (!superblock) throw new NotInspectable("there is no ext2, ext3 or ext4 file system");
  const { blockSize, firstBlock, blocksPerGroup, length, clusterBlocks } = superblock;
  const block = blockReader(readAt, start, superblock);
  const blocks = length / blockSize;
  const groups = Math.ceil((blocks - firstBlock) / blocksPerGroup);
  if (blocksPerGroup / clusterBlocks > blockSize * 8) throw new NotInspectable("its groups are too large");
  const groupAt = groupReader(readAt, start, superblock);
  const own = ownBlocks(
    superblock,
    Array.from({ length: groups }, (_, index) => groupAt(index)),
  );
  for (let index = 0; index < groups; index++) {
    const first = firstBlock + index * blocksPerGroup;
    const end = Math.min(first + blocksPerGroup, blocks);
    const group = groupAt(index);
    const bitmap = group.untouched ? Buffer.alloc(blockSize) : block(group.blockBitmap, 1);
    for (const free of freeIn(bitmap, first, end, clusterBlocks)) {
      for (const range of without(free, own)) {
        yield { start: start + range.start * blockSize, end: start + range.end * blockSize };
      }
    }
  }
}

function* freeIn(bitmap: Buffer, first: number, end: number, clusterBlocks: number): Generator<Range> {
  let from: number | undefined;
  const count = Math.ceil((end - first) / clusterBlocks);
  for (let bit = 0; bit < count; bit++) {
    const used = ((bitmap[bit >> 3] ?? 0xff) & (1 << (bit & 7))) !== 0;
    if (!used) from ??= bit;
    if (used && from !== undefined) {
      yield { start: first + from * clusterBlocks, end: first + bit * clusterBlocks };
      from = undefined;
    }
  }
  if (from !== undefined) yield { start: first + from * clusterBlocks, end };
}

/** The file system's own metadata, which an uninitialised bitmap does not show. */
function ownBlocks(
  { blockSize, firstBlock, blocksPerGroup, descriptorSize, inodesPerGroup, inodeSize, length }: Superblock,
  groups: readonly Group[],
): Range[] {
  const table = Math.ceil((inodesPerGroup * inodeSize) / blockSize);
  // Descriptors, and those reserved for growth: at most one block of pointers to them.
  const descriptors = Math.ceil((groups.length * descriptorSize) / blockSize);
  const reserved = Math.min(
    blockSize / 4,
    Math.ceil((MOST_GROWTH * length) / blockSize / blocksPerGroup / (blockSize / descriptorSize)),
  );
  const ranges = groups.flatMap(({ blockBitmap, inodeBitmap, inodes }, index) => {
    const first = firstBlock + index * blocksPerGroup;
    return [
      { start: blockBitmap, end: blockBitmap + 1 },
      { start: inodeBitmap, end: inodeBitmap + 1 },
      { start: inodes, end: inodes + table },
      ...(hasSuperblock(index) ? [{ start: first, end: first + 1 + descriptors + reserved }] : []),
    ];
  });
  return ranges.sort((a, b) => a.start - b.start);
}

/** Groups 0 and 1 and the powers of 3, 5 and 7 (`sparse_super`). */
function hasSuperblock(group: number): boolean {
  if (group <= 1) return true;
  return [3, 5, 7].some((base) => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });
}

/** The parts of a range outside all others, which are sorted by start. */
function* without({ start, end }: Range, others: readonly Range[]): Generator<Range> {
  let at = start;
  let low = 0;
  for (let high = others.length; low < high;) {
    const middle = (low + high) >> 1;
    if (others[middle]!.end <= start && others[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  for (let index = Math.max(0, low - 1); index < others.length && others[index]!.start < end; index++) {
    const other = others[index]!;
    if (other.start > at) yield { start: at, end: Math.min(other.start, end) };
    at = Math.max(at, other.end);
    if (at >= end) return;
  }
  if (at < end) yield { start: at, end };
}
