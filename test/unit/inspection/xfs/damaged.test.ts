import { assertNamesWithin } from "../../../../inspection/xfs/folder";
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

test("a tree of extents with an empty block, which could be as wide as one likes, is damaged", () => {
  const empty = Buffer.alloc(4096);
  empty.write("BMA3");
  const root = Buffer.alloc(64);
  root.writeUInt16BE(1, 0);
  root.writeUInt16BE(1, 2);
  const fork = { format: "tree", bytes: root, extents: 0 } as const;
  expect(() => [...xfsRuns(fork, LAYOUT, () => empty)]).toThrow("its tree of extents is damaged");
});
