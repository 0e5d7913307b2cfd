/** Free blocks of XFS: "AG Free Space Management", the tree by block number. */
import type { ReadAt } from "../fat-layout";
import { NotInspectable } from "../tree";
import { type ReadBlocks, xfsBlockReader } from "./blocks";
import type { XfsLayout } from "./layout";

const MAGIC = { plain: "ABTB", checksummed: "AB3B" };
const DEEPEST = 9;

/**
 * Byte ranges in the raw disk, in order.
 *
 * @throws {NotInspectable} when a tree cannot be read
 */
export function* xfsFreeBlocks(
  readAt: ReadAt,
  start: number,
  layout: XfsLayout,
): Generator<{ start: number; end: number }> {
  const { groups, groupBits, groupBlocks, blockSize, sectorSize } = layout;
  const blocks = xfsBlockReader(readAt, start, layout);
  for (let group = 0; group < groups; group++) {
    // The second sector; with sectors of a block's size it is the second block.
    const at = group * groupBlocks * blockSize + sectorSize;
    const header = readAt(start + at, 64);
    if (header.length < 64 || header.toString("latin1", 0, 4) !== "XAGF") throw damaged();
    const level = header.readUInt32BE(0x1c);
    if (level === 0 || level > DEEPEST) throw damaged();
    const first = group * 2 ** groupBits;
    let next = 0;
    for (const [from, count] of recordsOf(first, header.readUInt32BE(0x10), level - 1, layout, blocks)) {
      // In order, so that no branch is walked twice.
      if (from < next || from + count > groupBlocks) throw damaged();
      next = from + Math.max(1, count);
      const begin = start + (group * groupBlocks + from) * blockSize;
      yield { start: begin, end: begin + count * blockSize };
    }
  }
}

function* recordsOf(
  first: number,
  number: number,
  level: number,
  layout: XfsLayout,
  blocks: ReadBlocks,
): Generator<[from: number, count: number]> {
  const { checksummed } = layout;
  const block = blocks(first + number, 1);
  const magic = checksummed ? MAGIC.checksummed : MAGIC.plain;
  if (block.toString("latin1", 0, 4) !== magic || block.readUInt16BE(4) !== level) throw damaged();
  const entries = block.readUInt16BE(6);
  const inside = block.subarray(checksummed ? 56 : 16);
  const room = Math.floor(inside.length / (level === 0 ? 8 : 12));
  if (entries > room) throw damaged();
  for (let index = 0; index < entries; index++) {
    if (level === 0) yield [inside.readUInt32BE(index * 8), inside.readUInt32BE(index * 8 + 4)];
    else {
      const below = recordsOf(first, inside.readUInt32BE(room * 8 + index * 4), level - 1, layout, blocks);
      let isEmpty = true;
      for (const record of below) {
        isEmpty = false;
        yield record;
      }
      if (isEmpty) throw damaged();
    }
  }
}

function damaged(): NotInspectable {
  return new NotInspectable("its free blocks cannot be read: their tree is damaged");
}
