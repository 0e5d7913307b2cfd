/** Block map of an inode: kernel documentation, "The Contents of inode.i_block" (filesystems/ext4, 2026-11). */
import type { BlockRun } from "./block-runs";
import { type Inode, INODE_FLAGS, MAP } from "./ext4-inode";
import { NotInspectable } from "./tree";

const EXTENT_MAGIC = 0xf30a;
/** ext4_extents.h: maximum tree depth. */
const DEEPEST = 5;
/** The length of an unwritten (preallocated) extent is increased by this. */
const UNWRITTEN = 32_768;
/** Maximum runs of one file: a fragmented file of 40 GB. */
const MOST_RUNS = 1_000_000;

/**
 * The runs of a file in ascending order, with holes between them.
 *
 * @param blocks of the file: runs beyond are dropped
 * @param block reads one block of the file system
 * @throws {NotInspectable} when the map is inconsistent
 */
export function* blockRuns(
  inode: Inode,
  { blocks, blockSize }: { blocks: number; blockSize: number },
  block: (number: number) => Buffer,
): Generator<BlockRun> {
  const map = inode.raw.subarray(MAP.start, MAP.end);
  const isTree = (inode.flags & INODE_FLAGS.extents) !== 0;
  const runs = isTree ? extents(map, block) : pointers(map, block, { blocks, blockSize });
  let next = 0;
  let seen = 0;
  for (const run of runs) {
    if (run.logical < next) throw new NotInspectable("it cannot be read: its blocks are in no order");
    if (++seen > MOST_RUNS)
      throw new NotInspectable(`it cannot be read: it is in more than ${MOST_RUNS} pieces`);
    if (run.logical >= blocks) return;
    next = run.logical + run.count;
    yield next > blocks ? { ...run, count: blocks - run.logical } : run;
  }
}

function* extents(node: Buffer, block: (number: number) => Buffer, below = DEEPEST + 1): Generator<BlockRun> {
  const entries = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  if (node.readUInt16LE(0) !== EXTENT_MAGIC || depth >= below || 12 + entries * 12 > node.length) {
    throw new NotInspectable("it cannot be read: its tree of extents is damaged");
  }
  for (let index = 0; index < entries; index++) {
    const entry = node.subarray(12 + index * 12, 24 + index * 12);
    if (depth > 0) {
      yield* extents(block(entry.readUInt32LE(4) + entry.readUInt16LE(8) * 2 ** 32), block, depth);
      continue;
    }
    const length = entry.readUInt16LE(4);
    const unwritten = length > UNWRITTEN;
    yield {
      logical: entry.readUInt32LE(0),
      count: unwritten ? length - UNWRITTEN : length,
      ...(!unwritten && { physical: entry.readUInt32LE(8) + entry.readUInt16LE(6) * 2 ** 32 }),
    };
  }
}

/** Twelve direct blocks, then single, double and triple indirect ones: ext2 and ext3. */
function* pointers(
  map: Buffer,
  block: (number: number) => Buffer,
  { blocks, blockSize }: { blocks: number; blockSize: number },
): Generator<BlockRun> {
  const each = blockSize / 4;
  let at = 0;
  function* through(number: number, levels: number): Generator<BlockRun> {
    if (at >= blocks) return;
    if (number === 0 || levels === 0) {
      if (number !== 0) yield { logical: at, physical: number, count: 1 };
      at += each ** levels;
      return;
    }
    const table = block(number);
    for (let index = 0; index < table.length && at < blocks; index += 4) {
      yield* through(table.readUInt32LE(index), levels - 1);
    }
  }
  for (let index = 0; index < 15; index++)
    yield* through(map.readUInt32LE(index * 4), Math.max(0, index - 11));
}
