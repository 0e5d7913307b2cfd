/** Inodes of ext2/3/4: kernel documentation, "Block Group Descriptors", "Index Nodes" (filesystems/ext4, 2026-11). */
import type { ReadAt } from "./fat-layout";
import type { Superblock } from "./superblock";
import { NotInspectable } from "./tree";

export interface Inode {
  mode: number;
  uid: number;
  gid: number;
  /** Bytes. */
  size: number;
  flags: number;
  /** The whole inode, for inline data. */
  raw: Buffer;
}

/** Flags of an inode, i_flags. */
export const INODE_FLAGS = {
  immutable: 0x10,
  append: 0x20,
  encrypted: 0x800,
  extents: 0x80000,
  attribute: 0x200000,
  inline: 0x10000000,
  casefold: 0x40000000,
};
/** Offsets of the block map in an inode, or of inline data in its place. */
export const MAP = { start: 0x28, end: 0x64 };

/** Cached table blocks: 16 MiB at the usual size. */
const KEPT_BLOCKS = 4096;

/** Groups of 128 MiB, mke2fs's default: 16 TiB, more than any cloud boots. */
const MOST_GROUPS = 131_072;

/** A group of blocks. */
export interface Group {
  blockBitmap: number;
  inodeBitmap: number;
  /** First block of its inode table. */
  inodes: number;
  /** Its block bitmap was never initialised: only the file system's own metadata is in use. */
  untouched: boolean;
}

/** @returns a reader of a group's descriptor; groups count from 0 */
export function groupReader(readAt: ReadAt, start: number, superblock: Superblock): (index: number) => Group {
  const { blockSize, firstBlock, descriptorSize, length, blocksPerGroup, inodesPerGroup, inodeSize } =
    superblock;
  // mke2fs's smallest group has 256 blocks; inodes never span two blocks.
  const sound =
    blocksPerGroup >= 256 &&
    (inodeSize & (inodeSize - 1)) === 0 &&
    inodesPerGroup > 0 &&
    descriptorSize >= 32 &&
    descriptorSize <= 1024;
  if (!sound) throw new NotInspectable("it cannot be read: its superblock is damaged");
  const table = start + (firstBlock + 1) * blockSize;
  const count = Math.ceil((length / blockSize - firstBlock) / blocksPerGroup);
  if (count > MOST_GROUPS) throw new NotInspectable(`it cannot be read: ${count} groups of blocks`);
  return (index) => {
    if (index >= count) throw new NotInspectable(`it cannot be read: group ${index} of ${count}`);
    const bytes = readAt(table + index * descriptorSize, descriptorSize);
    if (bytes.length < descriptorSize) throw new NotInspectable("it cannot be read: the disk ends");
    const wide = descriptorSize >= 64;
    const block = (low: number, high: number) =>
      bytes.readUInt32LE(low) + (wide ? bytes.readUInt32LE(high) * 2 ** 32 : 0);
    return {
      blockBitmap: block(0x0, 0x20),
      inodeBitmap: block(0x4, 0x24),
      inodes: block(0x8, 0x28),
      untouched: (bytes.readUInt16LE(0x12) & 0x2) !== 0,
    };
  };
}

/**
 * @param block reads one block of the file system
 * @returns a reader of inodes by number, which throws {@link NotInspectable} for an invalid one
 */
export function inodeReader(
  superblock: Superblock,
  groupAt: (index: number) => Group,
  block: (number: number) => Buffer,
): (number: number) => Inode {
  const { inodes, inodesPerGroup, inodeSize, blockSize } = superblock;
  const groups = new Map<number, Group>();
  const blocks = new Map<number, Buffer>();
  return (number) => {
    if (number < 1 || number > inodes || inodeSize < 128 || inodeSize > blockSize) {
      throw new NotInspectable(`it cannot be read: inode ${number} of ${inodes}`);
    }
    const index = Math.floor((number - 1) / inodesPerGroup);
    let group = groups.get(index);
    if (!group) groups.set(index, (group = groupAt(index)));
    const offset = ((number - 1) % inodesPerGroup) * inodeSize;
    const at = group.inodes + Math.floor(offset / blockSize);
    let table = blocks.get(at);
    if (!table) {
      if (blocks.size >= KEPT_BLOCKS) blocks.clear();
      blocks.set(at, (table = block(at)));
    }
    const raw = table.subarray(offset % blockSize, (offset % blockSize) + inodeSize);
    return {
      mode: raw.readUInt16LE(0x0),
      uid: raw.readUInt16LE(0x2) + raw.readUInt16LE(0x78) * 65_536,
      gid: raw.readUInt16LE(0x18) + raw.readUInt16LE(0x7a) * 65_536,
      size: raw.readUInt32LE(0x4) + raw.readUInt32LE(0x6c) * 2 ** 32,
      flags: raw.readUInt32LE(0x20),
      raw,
    };
  };
}
