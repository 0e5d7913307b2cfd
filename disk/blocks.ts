import { webcrypto } from "node:crypto";
import { BLOCK_SIZE } from "../facts/units";
import { countBlocks } from "./block-map";
import type { Disk } from "./disk";
import { isZero } from "./extent";
import type { Range } from "./holes";
import { keptDigest } from "./kept-digest";
import { windowsOf } from "./window";

/** A block of a disk that is not all zero. */
interface DataBlock {
  index: number;
  /** Exactly {@link BLOCK_SIZE} bytes in a separate buffer; a short last block is padded with zeros. */
  data: Buffer;
}

export interface HashedBlock extends DataBlock {
  /** SHA-256 of `data`, 32 bytes. */
  sha256: Buffer;
}

interface ReadBlocksOptions {
  /** Read only these blocks, in any order: the rest of an upload. Default: all. */
  only?: Iterable<number>;
  signal?: AbortSignal;
}

/**
 * The data blocks of a disk, in index order. Each byte of data is read once, holes are not read, zero blocks are
 * omitted. At most one window of 4 MiB is read ahead of the consumer.
 *
 * @throws {DiskProblem} when the file shrinks meanwhile
 */
export async function* readBlocks(
  disk: Disk,
  { only, signal }: ReadBlocksOptions = {},
): AsyncGenerator<DataBlock> {
  // Buffers of zero blocks, reused: long runs of written zeros would otherwise produce garbage of their size.
  const spare: Buffer[] = [];
  const groups = groupsOf(disk, only && new Set(only), spare);
  const readNext = () => {
    signal?.throwIfAborted();
    const next = groups.next();
    if (next.done) return undefined;
    const reading = readGroup(disk, next.value);
    // Errors are thrown at the await; until then they must not count as unhandled.
    reading.catch(() => {});
    return reading;
  };
  for (let reading = readNext(); reading;) {
    const blocks = await reading;
    reading = readNext();
    for (const block of blocks) {
      signal?.throwIfAborted();
      if (isZero(block.data)) spare.push(block.data);
      else yield block;
    }
  }
}

/** {@link readBlocks} with digests, which are computed on other threads. */
export async function* hashedBlocks(disk: Disk, options?: ReadBlocksOptions): AsyncGenerator<HashedBlock> {
  let ahead: Promise<HashedBlock> | undefined;
  for await (const block of readBlocks(disk, options)) {
    const hashing = hashBlock(block);
    if (ahead) yield await ahead;
    ahead = hashing;
  }
  if (ahead) yield await ahead;
}

async function hashBlock({ index, data }: DataBlock): Promise<HashedBlock> {
  const digest = await webcrypto.subtle.digest("SHA-256", data);
  return { index, data, sha256: keptDigest(new Uint8Array(digest)) };
}

/** Blocks in one window, with their ranges of possible data. */
interface Group {
  blocks: { index: number; data: Buffer }[];
  ranges: Range[];
}

function* groupsOf(
  disk: Disk,
  only: ReadonlySet<number> | undefined,
  spare: Buffer[],
): Generator<Group, void> {
  for (const window of windowsOf(disk)) {
    const ranges = only ? window.ranges.flatMap((range) => [...within(range, only)]) : window.ranges;
    if (ranges.length === 0) continue;
    const indices = new Set(ranges.flatMap((range) => blocksOf(range)));
    // Each block has its own buffer: a consumer that keeps one retains 512 KiB, not a whole window.
    const blocks = [...indices].map((index) => ({ index, data: spare.pop() ?? Buffer.alloc(BLOCK_SIZE) }));
    yield { blocks, ranges };
  }
}

/** The parts of a range within wanted blocks, neighbours joined. */
function* within(range: Range, only: ReadonlySet<number>): Generator<Range> {
  let open: Range | undefined;
  for (const index of blocksOf(range)) {
    if (!only.has(index)) continue;
    const start = Math.max(range.start, index * BLOCK_SIZE);
    const end = Math.min(range.end, (index + 1) * BLOCK_SIZE);
    if (open?.end === start) open.end = end;
    else {
      if (open) yield open;
      open = { start, end };
    }
  }
  if (open) yield open;
}

function blocksOf({ start, end }: Range): number[] {
  const first = Math.floor(start / BLOCK_SIZE);
  return Array.from({ length: countBlocks(end) - first }, (_, offset) => first + offset);
}

/** One read per range, straight into the blocks' own buffers. */
async function readGroup(disk: Disk, { blocks, ranges }: Group): Promise<DataBlock[]> {
  const byIndex = new Map(blocks.map((block) => [block.index, block.data]));
  for (const range of ranges) {
    const parts = blocksOf(range).flatMap((index) => {
      const data = byIndex.get(index);
      const base = index * BLOCK_SIZE;
      return data ? [data.subarray(Math.max(0, range.start - base), range.end - base)] : [];
    });
    await disk.read(range.start, ...parts);
  }
  return blocks;
}
