import { folderLister, piecesOfRuns } from "./block-runs";
import { attributesOf } from "./ext4-attributes";
import { blockRuns } from "./ext4-blocks";
import { nameOf } from "../facts/file-name";
import { folderEntries } from "./ext4-folder";
import { groupReader, type Inode, INODE_FLAGS, inodeReader, MAP } from "./ext4-inode";
import { type ReadAt, readerOf } from "./fat-layout";
import { isBlockDevice, isDevice, kindOfMode } from "./file-mode";
import type { FileSystem, Node } from "./file-system";
import { readSuperblock, type Superblock } from "./superblock";
import { type Entry, NotInspectable } from "./tree";

/** Longest path, and so link target, in bytes (PATH_MAX). */
const LONGEST_TARGET = 4096;

const JOURNAL_MAGIC = 0xc03b3998;
const ROOT = 2;

const CURE = "shut the machine down cleanly before the disk is taken, or run e2fsck -p on the partition";

/**
 * An ext2/3/4 file system in an open raw disk, read by the kernel's documentation: without external programs or
 * mounting.
 *
 * @param disk its descriptor
 * @param name for messages: `the root partition`
 * @throws {NotInspectable} when there is no ext file system, or an unsupported one, or its journal contains
 *   changes that a machine would see and this program would not
 */
export function openExt4(disk: number, start: number, length: number, name: string): FileSystem {
  const readAt = readerOf(disk);
  const superblock = readSuperblock(readAt, start);
  if (!superblock) throw new NotInspectable(`${name} holds no ext2, ext3 or ext4 file system`);
  const { blockSize, strange } = superblock;
  if (superblock.length > length) {
    throw new NotInspectable(`${name} has ${length} bytes, and its file system ${superblock.length}`);
  }
  if (strange.length > 0) throw new NotInspectable(`${name} cannot be read: ${strange.join(", ")}`);
  const block = blockReader(readAt, start, superblock);
  const inodeAt = inodeReader(superblock, groupReader(readAt, start, superblock), (number) =>
    block(number, 1),
  );
  if (superblock.needsRecovery || hasJournalled(superblock, inodeAt, block)) {
    throw new NotInspectable(`${name} was not unmounted, its journal holds changes; ${CURE}`);
  }

  function* piecesOf(inode: Inode): Generator<Buffer> {
    if ((inode.flags & INODE_FLAGS.inline) !== 0) {
      yield inlineData(inode, block);
      return;
    }
    const blocks = Math.ceil(inode.size / blockSize);
    const runs = blockRuns(inode, { blocks, blockSize }, (one) => block(one, 1));
    yield* piecesOfRuns(runs, { size: inode.size, blockSize }, block);
  }
  const usable = (number: number): Inode => {
    const inode = inodeAt(number);
    if (inode.flags & INODE_FLAGS.encrypted) throw new NotInspectable("it is encrypted");
    if (inode.flags & INODE_FLAGS.casefold) throw new NotInspectable("it compares names without case");
    return inode;
  };
  const content = (inode: Inode) => {
    const bytes = Buffer.concat([...piecesOf(inode)]);
    if (bytes.length === inode.size) return bytes;
    throw new NotInspectable(`it cannot be read: ${bytes.length} of ${inode.size} bytes`);
  };
  const nodeAt = (number: number, name: string): Node => {
    const inode = inodeAt(number);
    const { mode, uid, gid, size } = inode;
    if (mode === 0) throw new NotInspectable(`it cannot be read: inode ${number} is not in use`);
    const attributes = [
      ...attributesOf(inode, (one) => block(one, 1))
        .map((each) => each.name)
        // Its content, where that is in the inode.
        .filter((name) => name !== "system.data" || !(inode.flags & INODE_FLAGS.inline)),
      ...(["immutable", "append"] as const).filter((name) => inode.flags & INODE_FLAGS[name]),
    ];
    const device = isDevice(mode);
    const rights = {
      mode: mode & 0o7777,
      uid,
      gid,
      attributes,
      ...(device && { device: true, numbers: deviceNumbers(inode) }),
    };
    return { name, kind: kindOf(inode), size, id: number, ...rights };
  };

  return {
    name,
    length: superblock.length,
    root: { ...nodeAt(ROOT, ""), kind: "folder", size: 0 },
    caseSensitive: true,
    list: folderLister(({ id }) => {
      const inode = usable(id);
      const entries = () =>
        folderBlocks(content(inode), inode, blockSize)
          .flatMap(folderEntries)
          .map((entry) => nodeAt(entry.inode, entry.name));
      return { bytes: Math.max(inode.size, blockSize), entries };
    }),
    read: ({ id }) => content(usable(id)),
    pieces: ({ id }) => piecesOf(usable(id)),
    target({ id }) {
      const inode = inodeAt(id);
      if (inode.size > LONGEST_TARGET) throw new NotInspectable(`a symbolic link of ${inode.size} bytes`);
      const bytes = isFast(inode) ? inode.raw.subarray(MAP.start, MAP.start + inode.size) : content(inode);
      if (bytes.includes(0)) throw new NotInspectable("a symbolic link with a NUL in it");
      return nameOf(bytes);
    },
  };
}

/** Linux, fs/ext4/inode.c and include/linux/kdev_t.h (6.1): in 16 bits where they are enough, else in 32. */
function deviceNumbers({ mode, raw }: Inode): string {
  const [old, wide] = [raw.readUInt32LE(MAP.start), raw.readUInt32LE(MAP.start + 4)];
  const major = old === 0 ? (wide >>> 8) & 0xfff : (old >>> 8) & 0xff;
  const minor = old === 0 ? (wide & 0xff) | ((wide >>> 12) & 0xfff00) : old & 0xff;
  return `${isBlockDevice(mode) ? "b" : "c"} ${major}:${minor}`;
}

/** Reads contiguous blocks. */
export function blockReader(
  readAt: ReadAt,
  start: number,
  { blockSize, length }: Superblock,
): (number: number, count: number) => Buffer {
  return (number, count) => {
    const [from, bytes] = [number * blockSize, count * blockSize];
    if (number === 0 || from + bytes > length) {
      throw new NotInspectable(`it cannot be read: block ${number} of ${length / blockSize}`);
    }
    const read = readAt(start + from, bytes);
    if (read.length < bytes) throw new NotInspectable("it cannot be read: the disk ends");
    return read;
  };
}

/**
 * A target of less than 60 bytes is in the inode. Linux tests whether the inode has blocks (fs/ext4/inode.c,
 * ext4_inode_is_fast_symlink, 6.1): if the two disagree, the machine's view is undefined.
 */
function isFast({ size, flags, raw }: Inode): boolean {
  if ((flags & INODE_FLAGS.inline) !== 0) return false;
  const small = size < MAP.end - MAP.start;
  const attributes = raw.readUInt32LE(0x68) !== 0 || raw.readUInt16LE(0x76) !== 0;
  const hasBlocks = raw.readUInt32LE(0x1c) !== 0;
  if (hasBlocks === small && !(small && attributes)) {
    throw new NotInspectable("a symbolic link that cannot be read");
  }
  return small;
}

/** Inline data of an inode: 60 bytes in place of the map, the rest as an attribute ("Inline Data"). */
function inlineData(inode: Inode, block: (number: number, count: number) => Buffer): Buffer {
  const rest = attributesOf(inode, (one) => block(one, 1)).find(({ name }) => name === "system.data");
  const bytes = Buffer.concat([inode.raw.subarray(MAP.start, MAP.end), rest?.value ?? Buffer.alloc(0)]);
  if (bytes.length < inode.size) throw new NotInspectable("it cannot be read: it ends in its inode");
  return bytes.subarray(0, inode.size);
}

/** Inline data of a folder begins with its parent's inode; each of its two parts is parsed as a block. */
function folderBlocks(bytes: Buffer, { flags }: Inode, blockSize: number): Buffer[] {
  if ((flags & INODE_FLAGS.inline) !== 0) {
    const first = MAP.end - MAP.start;
    return [bytes.subarray(4, first), bytes.subarray(first)];
  }
  if (bytes.length % blockSize !== 0)
    throw new NotInspectable("a folder has an entry that cannot be understood");
  return Array.from({ length: bytes.length / blockSize }, (_, index) =>
    bytes.subarray(index * blockSize, (index + 1) * blockSize),
  );
}

/** True if e2fsck would replay the journal, which depends on the journal only, whatever the superblock. */
function hasJournalled(
  { journal, blockSize }: Superblock,
  inodeAt: (number: number) => Inode,
  block: (number: number, count: number) => Buffer,
): boolean {
  if (journal === 0) return false;
  const [first] = blockRuns(inodeAt(journal), { blocks: 1, blockSize }, (one) => block(one, 1));
  const header = first?.physical === undefined ? undefined : block(first.physical, 1);
  if (header?.readUInt32BE(0) !== JOURNAL_MAGIC) {
    throw new NotInspectable("its journal cannot be read: there is none where it should be");
  }
  // s_start: "If this value is zero, the journal is clean" (kernel documentation, "Journal (jbd2)", 2026-11).
  return header.readUInt32BE(0x1c) !== 0;
}

function kindOf({ mode, flags }: Inode): Entry["kind"] {
  return (flags & INODE_FLAGS.attribute) !== 0 ? "other" : kindOfMode(mode);
}
