/** Inodes of XFS: "On-disk Inode", and their blocks: "Data Extents". */
import type { BlockRun } from "../block-runs";
import { NotInspectable } from "../tree";
import { numberAt, type ReadBlocks } from "./blocks";
import type { XfsLayout } from "./layout";

/** Data of an inode: in itself, or its place. */
interface Fork {
  format: (typeof FORMATS)[number];
  /** Inside of the inode: the content, its extents or the root of their tree. */
  bytes: Buffer;
  /** Extents in `bytes`, or in the tree. */
  extents: number;
}

export interface XfsInode {
  mode: number;
  uid: number;
  gid: number;
  /** Bytes. */
  size: number;
  flags: number;
  data: Fork;
  attributes?: Fork;
}

/** di_flags. */
export const XFS_FLAGS = { realtime: 0x1, immutable: 0x8, append: 0x10 };
/** di_flags2. */
const MANY_EXTENTS = 0x10n;
const FORMATS = ["device", "local", "extents", "tree", "other"] as const;
/** XFS_BTREE_MAXLEVELS. */
const DEEPEST = 9;
const MOST_RUNS = 1_000_000;
/** BMAP_BLOCK and BMA3. */
const MAGIC = { plain: "BMAP", checksummed: "BMA3" };

/** @returns a reader of inodes by number, which throws {@link NotInspectable} for an invalid one */
export function xfsInodeReader(layout: XfsLayout, blocks: ReadBlocks): (number: number) => XfsInode {
  const { inodeSize, inodeBits } = layout;
  return (number) => {
    const wrong = new NotInspectable(`it cannot be read: inode ${number} is none`);
    if (!Number.isSafeInteger(number)) throw wrong;
    const block = blocks(Math.floor(number / 2 ** inodeBits), 1);
    const raw = block.subarray((number % 2 ** inodeBits) * inodeSize).subarray(0, inodeSize);
    const version = raw.readUInt8(0x4);
    const core = version === 3 ? 176 : 100;
    // Version 3 says its own number.
    if (raw.toString("latin1", 0, 2) !== "IN" || version > 3) throw wrong;
    if (version === 3 && numberAt(raw, 0x98) !== number) throw wrong;
    const many = version === 3 && (raw.readBigUInt64BE(0x78) & MANY_EXTENTS) !== 0n;
    const boundary = raw.readUInt8(0x52) * 8;
    const fork = (from: number, end: number, format: number, extents: number): Fork => ({
      format: FORMATS[format] ?? "other",
      bytes: raw.subarray(from, end),
      extents,
    });
    const end = boundary === 0 ? inodeSize : core + boundary;
    if (end > inodeSize) throw wrong;
    return {
      mode: raw.readUInt16BE(0x2),
      uid: raw.readUInt32BE(0x8),
      gid: raw.readUInt32BE(0xc),
      size: numberAt(raw, 0x38),
      flags: raw.readUInt16BE(0x5a),
      data: fork(core, end, raw.readUInt8(0x5), many ? numberAt(raw, 0x18) : raw.readUInt32BE(0x4c)),
      ...(boundary !== 0 && {
        attributes: fork(
          end,
          inodeSize,
          raw.readUInt8(0x53),
          many ? raw.readUInt32BE(0x4c) : raw.readUInt16BE(0x50),
        ),
      }),
    };
  };
}

/**
 * The runs of a fork in ascending order, with holes between them.
 *
 * @throws {NotInspectable} when its extents are inconsistent
 */
export function* xfsRuns(fork: Fork, layout: XfsLayout, blocks: ReadBlocks): Generator<BlockRun> {
  const records =
    fork.format === "extents" ? recordsIn(fork.bytes, fork.extents) : treeOf(fork, layout, blocks);
  let next = 0;
  let seen = 0;
  for (const run of records) {
    if (run.logical < next || run.count === 0)
      throw new NotInspectable("it cannot be read: its blocks are in no order");
    if (++seen > MOST_RUNS)
      throw new NotInspectable(`it cannot be read: it is in more than ${MOST_RUNS} pieces`);
    next = run.logical + run.count;
    yield run;
  }
  if (seen !== fork.extents)
    throw new NotInspectable(`it cannot be read: ${seen} of its ${fork.extents} pieces are there`);
}

/** 128 bits each: unwritten, 54 bits of the place in the file, 52 of the block, 21 of the count. */
function* recordsIn(bytes: Buffer, count: number): Generator<BlockRun> {
  if (count * 16 > bytes.length) throw damaged();
  for (let at = 0; at < count * 16; at += 16) {
    const [high, low] = [bytes.readBigUInt64BE(at), bytes.readBigUInt64BE(at + 8)];
    const unwritten = high >> 63n === 1n;
    yield {
      logical: Number((high >> 9n) & 0x3fffffffffffffn),
      count: Number(low & 0x1fffffn),
      ...(!unwritten && { physical: Number(((high & 0x1ffn) << 43n) | (low >> 21n)) }),
    };
  }
}

function* treeOf({ format, bytes }: Fork, layout: XfsLayout, blocks: ReadBlocks): Generator<BlockRun> {
  if (format !== "tree") throw damaged();
  const level = bytes.readUInt16BE(0);
  if (level === 0 || level > DEEPEST) throw damaged();
  for (const pointer of pointersIn(bytes.subarray(4), bytes.readUInt16BE(2)))
    yield* nodeAt(pointer, level - 1, layout, blocks);
}

function* nodeAt(number: number, level: number, layout: XfsLayout, blocks: ReadBlocks): Generator<BlockRun> {
  const block = blocks(number, 1);
  const magic = layout.checksummed ? MAGIC.checksummed : MAGIC.plain;
  if (block.toString("latin1", 0, 4) !== magic || block.readUInt16BE(4) !== level) throw damaged();
  const entries = block.readUInt16BE(6);
  // Else a small tree could have more branches than can be walked.
  if (entries === 0) throw damaged();
  const inside = block.subarray(layout.checksummed ? 72 : 24);
  if (level === 0) yield* recordsIn(inside, entries);
  else for (const pointer of pointersIn(inside, entries)) yield* nodeAt(pointer, level - 1, layout, blocks);
}

/** Behind as many keys as there is room for. */
function pointersIn(bytes: Buffer, count: number): number[] {
  const room = Math.floor(bytes.length / 16);
  if (count > room) throw damaged();
  return Array.from({ length: count }, (_, index) => numberAt(bytes, room * 8 + index * 8));
}

function damaged(): NotInspectable {
  return new NotInspectable("it cannot be read: its tree of extents is damaged");
}
