import { xfsFreeBlocks } from "../../../../inspection/xfs/free";
import { assertListed, assertNamesWithin, placesInIndex } from "../../../../inspection/xfs/hashes";
import { xfsRuns } from "../../../../inspection/xfs/inode";
import type { XfsLayout } from "../../../../inspection/xfs/layout";

const LAYOUT = { blockSize: 4096, checksummed: true } as XfsLayout;

test("a block of names beyond the size of a folder, which a machine reads, is not passed over", () => {
  const names = { logical: 0, physical: 7, count: 1 };
  const hashes = { logical: 2 ** 35 / 4096, physical: 8, count: 1 };
  expect(() => assertNamesWithin([names, hashes], 4096, LAYOUT)).not.toThrow();
  expect(() => assertNamesWithin([names, { ...names, logical: 1 }, hashes], 4096, LAYOUT)).toThrow(
    "names beyond its size",
  );
});

test("a name that the index leads to and the list has not, which a machine opens, is not passed over", () => {
  const leaf = Buffer.alloc(4096);
  leaf.writeUInt16BE(0x3df1, 8);
  leaf.writeUInt16BE(3, 56);
  // Of a removed name, of one at byte 64 and of one at byte 128.
  for (const [index, place] of [0, 8, 16].entries()) leaf.writeUInt32BE(place, 64 + index * 8 + 4);
  const layout = { ...LAYOUT, folderBlockSize: 4096 };
  const runs = [
    { logical: 0, physical: 7, count: 1 },
    { logical: 2 ** 35 / 4096, physical: 8, count: 1 },
  ];
  const places = placesInIndex(runs, layout, () => leaf);
  expect(places).toEqual([64, 128]);
  expect(() => assertListed([{ at: 64 }, { at: 128 }], places)).not.toThrow();
  expect(() => assertListed([{ at: 64 }], places)).toThrow("whose index has a name that its list has not");
});

test("a tree of extents with an empty block, which could be as wide as one likes, is damaged", () => {
  const empty = Buffer.alloc(4096);
  empty.write("BMA3");
  const root = Buffer.alloc(64);
  root.writeUInt16BE(1, 0);
  root.writeUInt16BE(1, 2);
  const fork = { format: "tree", bytes: root, extents: 0 } as const;
  expect(() => [...xfsRuns(fork, LAYOUT, () => empty)]).toThrow("its tree of extents is damaged");
});

/** A file system of one group, whose tree of free blocks has a root with these children, all of them this block. */
function freeOf(children: number, records: readonly (readonly [from: number, count: number])[]) {
  const disk = Buffer.alloc(16 * 4096);
  disk.write("XAGF", 512);
  disk.writeUInt32BE(2, 512 + 0x10);
  disk.writeUInt32BE(2, 512 + 0x1c);
  const block = (at: number, level: number, entries: number) => {
    disk.write("AB3B", at);
    disk.writeUInt16BE(level, at + 4);
    disk.writeUInt16BE(entries, at + 6);
    return disk.subarray(at + 56, at + 4096);
  };
  const root = block(2 * 4096, 1, children);
  for (let index = 0; index < children; index++)
    root.writeUInt32BE(3, Math.floor(root.length / 12) * 8 + index * 4);
  const leaf = block(3 * 4096, 0, records.length);
  for (const [index, [from, count]] of records.entries()) {
    leaf.writeUInt32BE(from, index * 8);
    leaf.writeUInt32BE(count, index * 8 + 4);
  }
  const layout = {
    ...{ blockSize: 4096, sectorSize: 512, length: disk.length, checksummed: true },
    ...{ groups: 1, groupBlocks: 16, groupBits: 4 },
  } as XfsLayout;
  return [...xfsFreeBlocks((at, length) => disk.subarray(at, at + length), 0, layout)];
}

test("a tree of free blocks is walked once: branches that are empty, or the same, are damage", () => {
  const [from, end] = [4 * 4096, 6 * 4096];
  expect(freeOf(1, [[4, 2]])).toEqual([{ start: from, end }]);
  expect(() => freeOf(2, [[4, 2]])).toThrow("their tree is damaged");
  expect(() => freeOf(1, [])).toThrow("their tree is damaged");
});
