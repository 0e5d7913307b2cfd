/** The index of a folder's names by their hashes, which Linux goes by to find a file: "Directories". The list of names is elsewhere. */
import type { BlockRun } from "../block-runs";
import { GIB, MIB } from "../../facts/units";
import { NotInspectable } from "../tree";
import type { ReadBlocks } from "./blocks";
import type { XfsLayout } from "./layout";

/** Where the index begins in a folder of several blocks: XFS_DIR2_LEAF_OFFSET. */
const BEGIN = 32 * GIB;
/** Blocks with entries of it, of a folder with one and with several, behind the numbers of their neighbours. */
const LEAVES = [0xd2f1, 0xd2ff, 0x3df1, 0x3dff];
/** Bytes; 300,000 names take 5 MB. */
const LARGEST = 64 * MIB;
/** Unit of a place among the names. */
const UNIT = 8;

/** Linux takes names from every block before the index (xfs_dir2_leaf_readbuf, 6.12), and a folder's size ends with the last. */
export function assertNamesWithin(
  runs: Iterable<BlockRun>,
  size: number,
  { blockSize }: Pick<XfsLayout, "blockSize">,
): void {
  for (const { logical, count } of runs)
    if (logical * blockSize < BEGIN && (logical + count) * blockSize > size)
      throw new NotInspectable("a folder has names beyond its size");
}

/** Places of names that the index of a folder with several blocks leads to. */
export function placesInIndex(runs: Iterable<BlockRun>, layout: XfsLayout, blocks: ReadBlocks): number[] {
  const { blockSize, folderBlockSize, checksummed } = layout;
  const parts: Buffer[] = [];
  let left = LARGEST;
  for (const { logical, physical, count } of runs) {
    if (logical * blockSize < BEGIN || physical === undefined) continue;
    left -= count * blockSize;
    if (left < 0) throw new NotInspectable(`a folder whose index has more than ${LARGEST} bytes`);
    parts.push(blocks(physical, count));
  }
  const bytes = Buffer.concat(parts);
  return Array.from({ length: Math.floor(bytes.length / folderBlockSize) }, (_, index) => {
    const block = bytes.subarray(index * folderBlockSize, (index + 1) * folderBlockSize);
    if (!LEAVES.includes(block.readUInt16BE(8))) return [];
    return checksummed
      ? placesAt(block, 64, block.readUInt16BE(56))
      : placesAt(block, 16, block.readUInt16BE(12));
  }).flat();
}

/** Of entries of a hash and a place each; those of removed names are 0. */
export function placesAt(block: Buffer, first: number, count: number): number[] {
  if (first < 0 || first + count * 8 > block.length)
    throw new NotInspectable("a folder whose index is damaged");
  return Array.from({ length: count }, (_, index) => block.readUInt32BE(first + index * 8 + 4) * UNIT).filter(
    (place) => place !== 0,
  );
}

/** A file that the index has and the list has not would be opened by its name, and never listed. */
export function assertListed(names: readonly { at: number }[], places: Iterable<number>): void {
  const known = new Set(names.map(({ at }) => at));
  for (const place of places)
    if (!known.has(place)) throw new NotInspectable("a folder whose index has a name that its list has not");
}
