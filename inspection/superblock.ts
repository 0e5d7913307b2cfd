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
  /** The journal holds writes that are not in the file system yet. */
  needsRecovery: boolean;
  /** Some folders may be encrypted, or compare names without case. */
  hasSpecialFolders: boolean;
}

const INCOMPATIBLE = { recover: 0x4, wide: 0x80, encrypt: 0x10000, casefold: 0x20000 };
const HAS_JOURNAL = 0x4;
const LARGEST_BLOCK_SHIFT = 6;

/** @returns `undefined`: at `start` of the disk there is none */
export function readSuperblock(readAt: ReadAt, start: number): Superblock | undefined {
  const bytes = readAt(start + 1024, 1024);
  if (bytes.length < 1024 || bytes.readUInt16LE(0x38) !== 0xef53) return undefined;
  const shift = bytes.readUInt32LE(0x18);
  if (shift > LARGEST_BLOCK_SHIFT) return undefined;
  const blockSize = 1024 << shift;
  const incompatible = bytes.readUInt32LE(0x60);
  const has = (flag: number) => (incompatible & flag) !== 0;
  const high = has(INCOMPATIBLE.wide) ? bytes.readUInt32LE(0x150) : 0;
  return {
    blockSize,
    length: (high * 2 ** 32 + bytes.readUInt32LE(0x4)) * blockSize,
    uuid: bytes.toString("hex", 0x68, 0x78).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    label: bytes.toString("utf8", 0x78, 0x88).split("\0")[0] ?? "",
    journal: (bytes.readUInt32LE(0x5c) & HAS_JOURNAL) !== 0 ? bytes.readUInt32LE(0xe0) : 0,
    needsRecovery: has(INCOMPATIBLE.recover),
    hasSpecialFolders: has(INCOMPATIBLE.encrypt | INCOMPATIBLE.casefold),
  };
}
