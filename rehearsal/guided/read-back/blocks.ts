import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { eachOf } from "../../../facts/each-of";
import { BLOCK_SIZE } from "../../../facts/units";

/** SHA-256 by index of every non-zero block; a last partial one is padded with zeros. */
export type BlockDigests = Map<number, string>;

/** Concurrent requests of one read-back. */
const AT_ONCE = 16;

/** Differences of two disks: indices of blocks, in order. */
export function differentBlocks(one: BlockDigests, other: BlockDigests): number[] {
  const indices = new Set([...one.keys(), ...other.keys()]);
  return [...indices].filter((index) => one.get(index) !== other.get(index)).sort((a, b) => a - b);
}

/** The raw disk itself, read once. */
export async function digestsOfFile(file: string): Promise<BlockDigests> {
  const disk = await open(file, "r");
  try {
    const { size } = await disk.stat();
    const indices = Array.from({ length: Math.ceil(size / BLOCK_SIZE) }, (_, index) => index);
    return await digestsOf(indices, async (index) => {
      const block = Buffer.alloc(BLOCK_SIZE);
      for (let got = 0; got < BLOCK_SIZE;) {
        const { bytesRead } = await disk.read(block, got, BLOCK_SIZE - got, index * BLOCK_SIZE + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return block;
    });
  } finally {
    await disk.close();
  }
}

/**
 * Digests of the blocks in a cloud.
 *
 * @param read a block or, at the disk's end, a part of one
 */
export async function digestsOf(
  held: Iterable<number>,
  read: (index: number) => Promise<Buffer>,
): Promise<BlockDigests> {
  const digests: BlockDigests = new Map();
  await eachOf(held, AT_ONCE, async (index) => {
    const data = await read(index);
    if (data.equals(ZEROS.subarray(0, data.length))) return;
    const block = data.length === BLOCK_SIZE ? data : Buffer.concat([data], BLOCK_SIZE);
    digests.set(index, createHash("sha256").update(block).digest("hex"));
  });
  return digests;
}

const ZEROS = Buffer.alloc(BLOCK_SIZE);
