/** Blocks of XFS, by their numbers in the file system: "Allocation Groups". */
import type { ReadAt } from "../fat-layout";
import { NotInspectable } from "../tree";
import type { XfsLayout } from "./layout";

/** Reads contiguous blocks of one allocation group. */
export type ReadBlocks = (number: number, count: number) => Buffer;

/** A number holds that of the group, in its upper bits, and that of the block in the group. */
export function xfsBlockReader(readAt: ReadAt, start: number, layout: XfsLayout): ReadBlocks {
  const { blockSize, groupBlocks, groupBits, groups, length } = layout;
  return (number, count) => {
    const group = Math.floor(number / 2 ** groupBits);
    const block = number % 2 ** groupBits;
    const at = (group * groupBlocks + block) * blockSize;
    if (group >= groups || block + count > groupBlocks || at + count * blockSize > length)
      throw new NotInspectable(`it cannot be read: block ${number} is none of the file system`);
    const read = readAt(start + at, count * blockSize);
    if (read.length < count * blockSize) throw new NotInspectable("it cannot be read: the disk ends");
    return read;
  };
}

/** A number of 64 bits that is used as one. */
export function numberAt(bytes: Buffer, at: number): number {
  const number = Number(bytes.readBigUInt64BE(at));
  if (!Number.isSafeInteger(number)) throw new NotInspectable("it cannot be read: a number is out of bounds");
  return number;
}
