import { createHash } from "node:crypto";
import { BLOCK_SIZE } from "../facts/units";

const MAGIC = "imprimatur block map v1\n";
const HEADER = MAGIC.length + 8 + 4 + 4;
const RECORD = 4 + 32;

/** A block that is not all zero. */
export interface MappedBlock {
  index: number;
  /** SHA-256, 32 bytes. A short last block is hashed with zeros after it, up to {@link BLOCK_SIZE}. */
  sha256: Buffer;
}

/** Data blocks of a disk, with their digests. */
export interface BlockMap {
  /** Bytes of the raw disk. */
  size: number;
  /** In order of their index. */
  blocks: readonly MappedBlock[];
}

/** Number of blocks of a disk of `size` bytes, including zero blocks and a short last one. */
export function countBlocks(size: number): number {
  return Math.ceil(size / BLOCK_SIZE);
}

/**
 * The canonical binary form of a block map, the content of a `.blockmap` file. Big-endian throughout:
 *
 *     "imprimatur block map v1\n"   24 bytes of ASCII
 *     size of the raw disk          u64, bytes
 *     size of a block               u32, 524288
 *     data blocks                   u32
 *     per data block, by index:     index u32, SHA-256 32 bytes
 */
export function encodeBlockMap({ size, blocks }: BlockMap): Buffer {
  const file = Buffer.alloc(HEADER + blocks.length * RECORD);
  let at = file.write(MAGIC, "latin1");
  at = file.writeBigUInt64BE(BigInt(size), at);
  at = file.writeUInt32BE(BLOCK_SIZE, at);
  at = file.writeUInt32BE(blocks.length, at);
  for (const { index, sha256 } of blocks) {
    at = file.writeUInt32BE(index, at);
    at += sha256.copy(file, at);
  }
  return file;
}

/** SHA-256 of the encoded map, hex, equal to `sha256sum` of the file. It covers every byte of the disk. */
export function blockMapRoot(map: BlockMap): string {
  return createHash("sha256").update(encodeBlockMap(map)).digest("hex");
}

/** @throws Error with the reason when the file is not exactly what {@link encodeBlockMap} writes */
export function decodeBlockMap(file: Buffer): BlockMap {
  if (file.length < HEADER || file.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error("this is not a block map: it does not begin with 'imprimatur block map v1'");
  }
  const size = Number(file.readBigUInt64BE(MAGIC.length));
  const blockSize = file.readUInt32BE(MAGIC.length + 8);
  const count = file.readUInt32BE(MAGIC.length + 12);
  if (!Number.isSafeInteger(size)) throw new Error("the block map names a size beyond 8 PiB");
  if (blockSize !== BLOCK_SIZE)
    throw new Error(`the block map has blocks of ${blockSize} bytes, needed: ${BLOCK_SIZE}`);
  if (file.length !== HEADER + count * RECORD) {
    throw new Error(
      `the block map has ${file.length} bytes; ${count} blocks need ${HEADER + count * RECORD}`,
    );
  }
  const blocks: MappedBlock[] = [];
  for (let at = HEADER, last = -1; at < file.length; at += RECORD) {
    const index = file.readUInt32BE(at);
    if (index <= last || index >= countBlocks(size)) {
      throw new Error(`the block map has block ${index} after ${last}, of ${countBlocks(size)}`);
    }
    blocks.push({ index, sha256: Buffer.from(file.subarray(at + 4, at + RECORD)) });
    last = index;
  }
  return { size, blocks };
}
