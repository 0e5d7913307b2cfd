/** The superblock of XFS: "XFS Algorithms & Data Structures" (kernel.org), "Superblocks", 2026-11; xfs_format.h of Linux 6.12. */
import type { ReadAt } from "../fat-layout";

export interface XfsLayout {
  /** Bytes of a block. */
  blockSize: number;
  sectorSize: number;
  /** Bytes of the file system. */
  length: number;
  /** Lower case, with dashes. */
  uuid: string;
  label: string;
  /** Inode of the root folder. */
  root: number;
  /** Allocation groups, their blocks, and the bits of a block's number in one. */
  groups: number;
  groupBlocks: number;
  groupBits: number;
  inodeSize: number;
  /** Bits of an inode's number in its block. */
  inodeBits: number;
  /** Bytes of a block of a folder: one or more blocks. */
  folderBlockSize: number;
  /** Version 5: every block of metadata begins with a longer header. */
  checksummed: boolean;
  /** Names in folders are followed by a type. */
  typed: boolean;
  /** First block of the log and its size in blocks. The first one is 0 if it is on another disk. */
  log: { block: number; blocks: number };
  /** Why it cannot be read; empty: it can. */
  strange: string[];
}

const FLAGS = { caseless: 0x4000, typed4: 0x200 };
const INCOMPATIBLE = { typed: 0x1, needsRepair: 0x10 };
/** Up to parent pointers (0x80), of Linux 6.10: none moves what is read here. */
const KNOWN_INCOMPATIBLE = 0xff;

/** @returns `undefined`: there is none at `start` */
export function readXfsLayout(readAt: ReadAt, start: number): XfsLayout | undefined {
  const bytes = readAt(start, 512);
  if (bytes.length < 512 || bytes.toString("latin1", 0, 4) !== "XFSB") return undefined;
  const version = bytes.readUInt16BE(0x64);
  const checksummed = (version & 0xf) === 5;
  const incompatible = checksummed ? bytes.readUInt32BE(0xd8) : 0;
  const blockSize = bytes.readUInt32BE(0x4);
  const [groupBits, inodeBits, folderBits] = [0x7c, 0x7b, 0xc0].map((at) => bytes.readUInt8(at)) as [
    number,
    number,
    number,
  ];
  const layout = {
    ...{ blockSize, sectorSize: bytes.readUInt16BE(0x66) },
    length: Number(bytes.readBigUInt64BE(0x8)) * blockSize,
    uuid: bytes.toString("hex", 0x20, 0x30).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    label: bytes.toString("utf8", 0x6c, 0x78).split("\0")[0] ?? "",
    root: Number(bytes.readBigUInt64BE(0x38)),
    ...{ groups: bytes.readUInt32BE(0x58), groupBlocks: bytes.readUInt32BE(0x54), groupBits },
    ...{ inodeSize: bytes.readUInt16BE(0x68), inodeBits },
    folderBlockSize: blockSize * 2 ** folderBits,
    checksummed,
    typed: checksummed
      ? (incompatible & INCOMPATIBLE.typed) !== 0
      : (bytes.readUInt32BE(0xc8) & FLAGS.typed4) !== 0,
    log: { block: Number(bytes.readBigUInt64BE(0x30)), blocks: bytes.readUInt32BE(0x60) },
  };
  const sound =
    isPower(blockSize, 512, 65_536) &&
    isPower(layout.sectorSize, 512, 32_768) &&
    isPower(layout.inodeSize, 256, 2048) &&
    layout.inodeSize * 2 ** inodeBits === blockSize &&
    isPower(layout.folderBlockSize, blockSize, 65_536) &&
    layout.groupBlocks > 0 &&
    layout.groupBlocks <= 2 ** groupBits &&
    groupBits <= 31 &&
    Number.isSafeInteger(layout.length);
  const unknown = incompatible & ~KNOWN_INCOMPATIBLE;
  return {
    ...layout,
    strange: [
      ...(sound && [4, 5].includes(version & 0xf) ? [] : ["its superblock is damaged"]),
      ...((version & FLAGS.caseless) !== 0 ? ["it compares names without case"] : []),
      ...((incompatible & INCOMPATIBLE.needsRepair) !== 0 ? ["it needs xfs_repair"] : []),
      ...(unknown !== 0 ? [`it has features that are not known (0x${(unknown >>> 0).toString(16)})`] : []),
    ],
  };
}

function isPower(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && (value & (value - 1)) === 0;
}
