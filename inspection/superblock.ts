/** The superblock of ext2/3/4: kernel documentation, "Super Block" (filesystems/ext4, 2026-11). */
import type { ReadAt } from "./fat-layout";

export interface Superblock {
  /** Bytes of a block. */
  blockSize: number;
  /** Bytes of the file system. */
  length: number;
  /** Lower case, with dashes. */
  uuid: string;
  label: string;
  /** Inode of the journal; 0: none, or on another disk. */
  journal: number;
  /** The journal contains writes that are not in the file system yet. */
  needsRecovery: boolean;
  inodes: number;
  inodesPerGroup: number;
  /** Bytes of an inode. */
  inodeSize: number;
  /** Block number of the superblock. */
  firstBlock: number;
  blocksPerGroup: number;
  /** Blocks per bit of a bitmap. */
  clusterBlocks: number;
  /** Bytes of a group's descriptor. */
  descriptorSize: number;
  /** Unsupported features that change the layout; empty: none. */
  strange: string[];
}

const INCOMPATIBLE = { recover: 0x4, journalDevice: 0x8, metaGroups: 0x10, wide: 0x80 };
/** Compression, and everything after `casefold`. */
const UNKNOWN_INCOMPATIBLE = ~0x3f7de;
const HAS_JOURNAL = 0x4;
const BIG_CLUSTERS = 0x200;
const LARGEST_BLOCK_SHIFT = 6;

/** @returns `undefined`: there is none at `start` */
export function readSuperblock(readAt: ReadAt, start: number): Superblock | undefined {
  const bytes = readAt(start + 1024, 1024);
  if (bytes.length < 1024 || bytes.readUInt16LE(0x38) !== 0xef53) return undefined;
  const shift = bytes.readUInt32LE(0x18);
  if (shift > LARGEST_BLOCK_SHIFT) return undefined;
  const blockSize = 1024 << shift;
  const incompatible = bytes.readUInt32LE(0x60);
  const has = (flag: number) => (incompatible & flag) !== 0;
  const wide = has(INCOMPATIBLE.wide);
  const high = wide ? bytes.readUInt32LE(0x150) : 0;
  const clusterShift = bytes.readUInt32LE(0x1c);
  const bigClusters = (bytes.readUInt32LE(0x64) & BIG_CLUSTERS) !== 0;
  return {
    blockSize,
    length: (high * 2 ** 32 + bytes.readUInt32LE(0x4)) * blockSize,
    uuid: bytes.toString("hex", 0x68, 0x78).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    label: bytes.toString("utf8", 0x78, 0x88).split("\0")[0] ?? "",
    journal: (bytes.readUInt32LE(0x5c) & HAS_JOURNAL) !== 0 ? bytes.readUInt32LE(0xe0) : 0,
    needsRecovery: has(INCOMPATIBLE.recover),
    inodes: bytes.readUInt32LE(0x0),
    inodesPerGroup: bytes.readUInt32LE(0x28),
    inodeSize: bytes.readUInt32LE(0x4c) === 0 ? 128 : bytes.readUInt16LE(0x58),
    firstBlock: bytes.readUInt32LE(0x14),
    blocksPerGroup: bytes.readUInt32LE(0x20),
    clusterBlocks:
      bigClusters && clusterShift >= shift && clusterShift <= 30 ? 1 << (clusterShift - shift) : 1,
    descriptorSize: wide ? bytes.readUInt16LE(0xfe) : 32,
    strange: [
      ...(has(INCOMPATIBLE.journalDevice) ? ["it is a journal and no more"] : []),
      ...(has(INCOMPATIBLE.metaGroups) ? ["its groups are described group by group (meta_bg)"] : []),
      ...((incompatible & UNKNOWN_INCOMPATIBLE) !== 0
        ? [`it has features that are not known (0x${(incompatible >>> 0).toString(16)})`]
        : []),
    ],
  };
}
