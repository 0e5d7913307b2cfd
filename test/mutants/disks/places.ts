/** Offsets in a sound disk of the structures that say how the rest is read. */
import { SECTOR } from "../../../facts/units";
import { groupReader } from "../../../inspection/ext4-inode";
import { readSuperblock } from "../../../inspection/superblock";
import type { Base } from "./base";

/** An offset in the disk and a length, in bytes. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

/** An inode in use. */
export interface InodePlace extends Place {
  readonly number: number;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Its first run of adjacent blocks; absent: it has none, or another kind of map. */
  readonly data?: Place;
}

export interface Places {
  readonly superblock: Place;
  readonly groups: Place;
  readonly bitmaps: readonly Place[];
  readonly inodes: readonly InodePlace[];
  /** Sectors that are not zero, by part of the disk. */
  readonly table: readonly Place[];
  readonly esp: readonly Place[];
  readonly root: readonly Place[];
}

const KINDS: Readonly<Record<number, InodePlace["kind"]>> = {
  0o100000: "file",
  0o040000: "folder",
  0o120000: "link",
};

export function placesOf({ bytes, esp, root }: Base): Places {
  const readAt = (position: number, length: number) => bytes.subarray(position, position + length);
  const superblock = readSuperblock(readAt, root)!;
  const { blockSize, inodesPerGroup, inodeSize, firstBlock, descriptorSize, length, blocksPerGroup } =
    superblock;
  const groupAt = groupReader(readAt, root, superblock);
  const count = Math.ceil((length / blockSize - firstBlock) / blocksPerGroup);
  const groups = Array.from({ length: count }, (_, index) => groupAt(index));
  const inodes = groups.flatMap(({ inodes: table }, group) =>
    Array.from({ length: inodesPerGroup }, (_, index): InodePlace[] => {
      const at = root + table * blockSize + index * inodeSize;
      const raw = bytes.subarray(at, at + inodeSize);
      const mode = raw.readUInt16LE(0);
      if (mode === 0) return [];
      const data = dataOf(raw, root, blockSize);
      const kind = KINDS[mode & 0o170000] ?? "other";
      const number = group * inodesPerGroup + index + 1;
      return [{ at, length: inodeSize, number, kind, size: raw.readUInt32LE(4), ...(data && { data }) }];
    }).flat(),
  );
  return {
    superblock: { at: root + 1024, length: 264 },
    groups: { at: root + (firstBlock + 1) * blockSize, length: count * descriptorSize },
    bitmaps: groups.flatMap(({ blockBitmap, inodeBitmap }) =>
      [blockBitmap, inodeBitmap].map((block) => ({ at: root + block * blockSize, length: blockSize })),
    ),
    inodes,
    table: [...sectorsIn(bytes, 0, esp), ...sectorsIn(bytes, bytes.length - 33 * SECTOR, bytes.length)],
    esp: sectorsIn(bytes, esp, root),
    root: sectorsIn(bytes, root, bytes.length - 33 * SECTOR),
  };
}

/** The first extent, or the first of the blocks. */
function dataOf(raw: Buffer, root: number, blockSize: number): Place | undefined {
  const flags = raw.readUInt32LE(0x20);
  if ((flags & 0x10000000) !== 0) return undefined;
  const isTree = (flags & 0x80000) !== 0;
  if (
    isTree &&
    (raw.readUInt16LE(0x28) !== 0xf30a || raw.readUInt16LE(0x2e) !== 0 || raw.readUInt16LE(0x2a) === 0)
  )
    return undefined;
  const block = isTree ? raw.readUInt32LE(0x28 + 12 + 8) : raw.readUInt32LE(0x28);
  const count = isTree ? raw.readUInt16LE(0x28 + 12 + 4) : 1;
  const isFast = (raw.readUInt16LE(0) & 0o170000) === 0o120000 && raw.readUInt32LE(4) < 60;
  return block === 0 || isFast ? undefined : { at: root + block * blockSize, length: count * blockSize };
}

function sectorsIn(bytes: Buffer, start: number, end: number): Place[] {
  const zeros = Buffer.alloc(SECTOR);
  const found: Place[] = [];
  for (let at = start; at < end; at += SECTOR)
    if (!bytes.subarray(at, at + SECTOR).equals(zeros)) found.push({ at, length: SECTOR });
  return found;
}
