import { folderLister, piecesOfRuns } from "../block-runs";
import { nameOf } from "../../facts/file-name";
import { readerOf } from "../fat-layout";
import { isBlockDevice, isDevice, kindOfMode } from "../file-mode";
import type { FileSystem, Node } from "../file-system";
import { NotInspectable } from "../tree";
import { xfsAttributes } from "./attributes";
import { xfsBlockReader } from "./blocks";
import { blockEntries, shortEntries } from "./folder";
import { assertListed, assertNamesWithin, placesInIndex } from "./hashes";
import { XFS_FLAGS, type XfsInode, xfsInodeReader, xfsRuns } from "./inode";
import { readXfsLayout, type XfsLayout } from "./layout";
import { isLogClean } from "./log";

/** Longest target of a link in bytes (XFS_SYMLINK_MAXLEN). */
const LONGEST_TARGET = 1024;
/** Blocks of such a target, the smallest of which has 512 bytes. */
const MOST_BLOCKS = 3;
/** Header of a block of a link's target in version 5, "XSLM". */
const TARGET_HEADER = 56;

const CURE =
  "shut the machine down cleanly before the disk is taken, or mount and unmount the partition once, which replays the log";

/**
 * An XFS of version 4 or 5 in an open raw disk, without external programs or mounting.
 *
 * @param disk its descriptor
 * @param name for messages: `the root partition`
 * @throws {NotInspectable} when there is no XFS, or an unsupported one, or its log contains changes that a machine
 *   would see and this program would not
 */
export function openXfs(disk: number, start: number, length: number, name: string): FileSystem {
  const readAt = readerOf(disk);
  const layout = readXfsLayout(readAt, start);
  if (!layout) throw new NotInspectable(`${name} holds no XFS file system`);
  if (layout.strange.length > 0)
    throw new NotInspectable(`${name} cannot be read: ${layout.strange.join(", ")}`);
  if (layout.length > length)
    throw new NotInspectable(`${name} has ${length} bytes, and its file system ${layout.length}`);
  const blocks = xfsBlockReader(readAt, start, layout);
  if (!isLogClean(layout, blocks))
    throw new NotInspectable(`${name} was not unmounted, its log holds changes; ${CURE}`);
  const inodeAt = xfsInodeReader(layout, blocks);
  const { blockSize } = layout;

  function* piecesOf(inode: XfsInode): Generator<Buffer> {
    if ((inode.flags & XFS_FLAGS.realtime) !== 0)
      throw new NotInspectable("it cannot be read: it is on a device of its own (realtime)");
    yield* piecesOfRuns(xfsRuns(inode.data, layout!, blocks), { size: inode.size, blockSize }, blocks);
  }
  const content = (inode: XfsInode) => {
    const bytes = Buffer.concat([...piecesOf(inode)]);
    if (bytes.length === inode.size) return bytes;
    throw new NotInspectable(`it cannot be read: ${bytes.length} of ${inode.size} bytes`);
  };
  const nodeAt = (number: number, name: string): Node => {
    const inode = inodeAt(number);
    const { mode, uid, gid, size, flags } = inode;
    if (mode === 0) throw new NotInspectable(`it cannot be read: inode ${number} is not in use`);
    const attributes = [
      ...xfsAttributes(inode, layout, blocks),
      ...(["immutable", "append"] as const).filter((name) => flags & XFS_FLAGS[name]),
    ];
    const device = isDevice(mode);
    const rights = { mode: mode & 0o7777, uid, gid, attributes };
    const numbers = device && { device, numbers: deviceNumbers(inode) };
    return { name, kind: kindOfMode(mode), size, id: number, ...rights, ...numbers };
  };

  const entriesOf = (inode: XfsInode): { inode: number; name: string }[] => {
    const { data, size } = inode;
    if (data.format === "local") return shortEntries(data.bytes.subarray(0, size), layout);
    const { folderBlockSize } = layout;
    const runs = [...xfsRuns(data, layout, blocks)];
    if (size % folderBlockSize !== 0)
      throw new NotInspectable("a folder has an entry that cannot be understood");
    assertNamesWithin(runs, size, layout);
    const bytes = content(inode);
    const places = placesInIndex(runs, layout, blocks);
    const names: { inode: number; name: string; at: number }[] = [];
    for (let from = 0; from < size; from += folderBlockSize) {
      const block = blockEntries(bytes.subarray(from, from + folderBlockSize), layout);
      for (const each of block.names) names.push({ ...each, at: from + each.at });
      for (const place of block.places) places.push(from + place);
    }
    assertListed(names, places);
    return names.filter(({ name }) => name !== "." && name !== "..");
  };

  return {
    name,
    length: layout.length,
    root: { ...nodeAt(layout.root, ""), kind: "folder", size: 0 },
    caseSensitive: true,
    list: folderLister(({ id }) => {
      const inode = inodeAt(id);
      const entries = () => entriesOf(inode).map((each) => nodeAt(each.inode, each.name));
      return { bytes: Math.max(inode.size, blockSize), entries };
    }),
    read: ({ id }) => content(inodeAt(id)),
    pieces: ({ id }) => piecesOf(inodeAt(id)),
    target({ id }) {
      const inode = inodeAt(id);
      if (inode.size > LONGEST_TARGET) throw new NotInspectable(`a symbolic link of ${inode.size} bytes`);
      const bytes =
        inode.data.format === "local"
          ? inode.data.bytes.subarray(0, inode.size)
          : Buffer.concat(
              [...xfsRuns(inode.data, layout, blocks)].flatMap(({ physical, count }) =>
                physical === undefined
                  ? []
                  : targetIn(blocks(physical, Math.min(count, MOST_BLOCKS)), layout),
              ),
            ).subarray(0, inode.size);
      if (bytes.length < inode.size || bytes.includes(0))
        throw new NotInspectable("a symbolic link that cannot be read");
      return nameOf(bytes);
    },
  };
}

/** In the form of System V: 14 bits and 18 (sysv_major and sysv_minor of Linux 6.12). */
function deviceNumbers({ mode, data }: XfsInode): string {
  const numbers = data.bytes.readUInt32BE(0);
  return `${isBlockDevice(mode) ? "b" : "c"} ${(numbers >>> 18) & 0x3fff}:${numbers & 0x3ffff}`;
}

/** Each block has a header of its own in version 5. */
function targetIn(bytes: Buffer, { checksummed, blockSize }: XfsLayout): Buffer[] {
  if (!checksummed) return [bytes];
  return Array.from({ length: bytes.length / blockSize }, (_, index) =>
    bytes.subarray(index * blockSize + TARGET_HEADER, (index + 1) * blockSize),
  );
}
