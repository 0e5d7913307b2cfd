/** Files as runs of blocks, and folders as lists, of every file system that has inodes. */
import { MIB } from "../facts/units";
import type { Node } from "./file-system";
import { NotInspectable } from "./tree";

/** Contiguous blocks; without `physical` they read as zeros. */
export interface BlockRun {
  /** Number of the first in the file. */
  logical: number;
  physical?: number;
  count: number;
}

/** Bytes per read. */
const PIECE = MIB;
/** Total bytes of all folders: a desktop system has 30,000 folders of 4 KiB each. */
const MOST_LISTED = 512 * MIB;
/** Total names in all folders. */
const MOST_NAMES = 1_000_000;

/**
 * A file's content in pieces, holes as zeros.
 *
 * @param runs in ascending order
 * @param block reads contiguous blocks
 */
export function* piecesOfRuns(
  runs: Iterable<BlockRun>,
  { size, blockSize }: { size: number; blockSize: number },
  block: (physical: number, count: number) => Buffer,
): Generator<Buffer> {
  let at = 0;
  const zeros = function* (end: number) {
    for (; at < end; at += PIECE) yield Buffer.alloc(Math.min(PIECE, end - at));
    at = end;
  };
  for (const { logical, physical, count } of runs) {
    if (physical === undefined) continue;
    if (logical * blockSize >= size) break;
    yield* zeros(logical * blockSize);
    const end = Math.min((logical + count) * blockSize, size);
    for (let from = physical; at < end; from += PIECE / blockSize) {
      const whole = block(from, Math.ceil(Math.min(PIECE, end - at) / blockSize));
      const piece = whole.subarray(0, Math.min(whole.length, end - at));
      at += piece.length;
      yield piece;
    }
  }
  yield* zeros(size);
}

/**
 * Lists each folder once, sorted by name, within the limits of a sound system.
 *
 * @param read the entries of a folder, and the bytes that its list takes
 */
export function folderLister(
  read: (folder: Node) => { bytes: number; entries: () => Node[] },
): (folder: Node) => readonly Node[] {
  const folders = new Map<number, readonly Node[]>();
  let left = MOST_LISTED;
  let names = MOST_NAMES;
  return (folder) => {
    const known = folders.get(folder.id);
    if (known) return known;
    const { bytes, entries } = read(folder);
    left -= bytes;
    if (left <= 0) throw new NotInspectable(`lists of folders take more than ${MOST_LISTED} bytes`);
    const listed = entries().sort((a, b) => (a.name < b.name ? -1 : 1));
    names -= listed.length;
    if (names <= 0) throw new NotInspectable(`the file system has more than ${MOST_NAMES} names`);
    folders.set(folder.id, listed);
    return listed;
  };
}
