import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { BLOCK_SIZE } from "../../../facts/units";
import { blockMapRoot, type BlockMap } from "../../../disk/block-map";
import { hashedBlocks, readBlocks } from "../../../disk/blocks";
import { digestDisk } from "../../../disk/digest";
import { Disk } from "../../../disk/disk";
import { type Extent, extentsOf } from "../../../disk/extent";
import { runs, temporaryFolder, writeSparse } from "./sparse-file";

// Property tests on files of megabytes: slow on a loaded machine, never hanging.
jest.setTimeout(60_000);

const folder = temporaryFolder();
const file = path.join(folder, "disk.raw");

/** Opens the disk in both ways: asking for holes, and reading everything. */
async function bothWays<T>(use: (disk: Disk) => Promise<T>): Promise<[T, T]> {
  const results: T[] = [];
  for (const findHoles of [true, false]) {
    const disk = await Disk.open(file, { findHoles });
    try {
      results.push(await use(disk));
      await disk.assertUnchanged();
    } finally {
      await disk.close();
    }
  }
  return results as [T, T];
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** A reference implementation, simple enough to be obviously right. */
const naive = {
  extents(bytes: Buffer): Extent[] {
    const list: Extent[] = [];
    for (let start = 0; start < bytes.length; start += 4096) {
      const granule = bytes.subarray(start, start + 4096);
      const zero = granule.equals(Buffer.alloc(granule.length));
      const last = list.at(-1);
      if (last?.zero === zero) last.length += granule.length;
      else list.push({ start, length: granule.length, zero });
    }
    return list;
  },
  blockMap(bytes: Buffer): BlockMap {
    const blocks: { index: number; sha256: Buffer }[] = [];
    for (let index = 0; index * BLOCK_SIZE < bytes.length; index++) {
      const block = Buffer.alloc(BLOCK_SIZE);
      bytes.copy(block, 0, index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE);
      if (!block.equals(Buffer.alloc(BLOCK_SIZE))) {
        blocks.push({ index, sha256: createHash("sha256").update(block).digest() });
      }
    }
    return { size: bytes.length, blocks };
  },
  hash: (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest("hex"),
};

it("gives the extents of the content", () => {
  fc.assert(
    fc.property(runs, (list) => {
      writeSparse(file, list);
      const bytes = fs.readFileSync(file);
      expect([...extentsOf(bytes, 0, bytes.length, 0)]).toEqual(naive.extents(bytes));
    }),
    { numRuns: 15 },
  );
});

it("hashes file and blocks in one pass as a naive reader does, holes included", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (list) => {
      writeSparse(file, list);
      const bytes = fs.readFileSync(file);
      const data = naive.extents(bytes).filter(({ zero }) => !zero);
      const want = {
        size: bytes.length,
        dataBytes: data.reduce((sum, { length }) => sum + length, 0),
        blockMap: naive.blockMap(bytes),
      };
      const sha512 = naive.hash("sha512", bytes);
      const both = { ...want, sha256: naive.hash("sha256", bytes), sha512 };
      expect(await bothWays((disk) => digestDisk(disk))).toEqual([both, both]);
      expect(await bothWays((disk) => digestDisk(disk, { whole: [] }))).toEqual([want, want]);
      const one = await bothWays((disk) => digestDisk(disk, { whole: ["sha512"] }));
      expect(one).toEqual([
        { ...want, sha512 },
        { ...want, sha512 },
      ]);
    }),
    { numRuns: 8 },
  );
});

it("hashes a short last block with zeros after it, whatever was read before", async () => {
  writeSparse(file, [{ kind: "data", sectors: 6 * 8192 + 100 }]);
  const want = naive.blockMap(fs.readFileSync(file));
  const [{ blockMap }] = await bothWays((disk) => digestDisk(disk));
  expect(blockMapRoot(blockMap)).toBe(blockMapRoot(want));
});

it("says how far it is in a hole too, whose zeros take as long as data, and can be stopped in it", async () => {
  const size = 600 * 1024 * 1024;
  writeSparse(file, [
    { kind: "data", sectors: 8 },
    { kind: "hole", sectors: size / 512 - 8 },
  ]);
  const disk = await Disk.open(file);
  try {
    const done: number[] = [];
    const stop = new AbortController();
    const stopped = digestDisk(disk, {
      signal: stop.signal,
      onProgress: (bytes) => {
        done.push(bytes);
        if (bytes > size / 3) stop.abort(new Error("stopped in the hole"));
      },
    });
    await expect(stopped).rejects.toThrow("stopped in the hole");
    expect(done.at(-1)).toBeLessThan(size);
  } finally {
    await disk.close();
  }
});

it("reads long runs of written zeros into the same memory again and again", async () => {
  writeSparse(file, [
    { kind: "zeros", sectors: 64 * 2048 },
    { kind: "data", sectors: 8 },
  ]);
  const disk = await Disk.open(file, { findHoles: false });
  const allocated = jest.spyOn(Buffer, "alloc");
  try {
    expect(await collect(readBlocks(disk))).toHaveLength(1);
    const blocks = allocated.mock.calls.filter(([size]) => size === BLOCK_SIZE);
    // Blocks of the window in use, and of the one read ahead.
    expect(blocks.length).toBeLessThanOrEqual(2 * 8);
  } finally {
    allocated.mockRestore();
    await disk.close();
  }
});

it("gives uploads every data block once, whole, in order and hashed", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (list) => {
      writeSparse(file, list);
      const map = naive.blockMap(fs.readFileSync(file));
      for (const blocks of await bothWays((disk) => collect(hashedBlocks(disk)))) {
        expect(blocks.map(({ index, sha256 }) => ({ index, sha256 }))).toEqual(map.blocks);
        for (const { data, sha256 } of blocks) {
          expect(data).toHaveLength(BLOCK_SIZE);
          expect(createHash("sha256").update(data).digest()).toEqual(sha256);
        }
      }
    }),
    { numRuns: 8 },
  );
});

it("reads only the wanted blocks when an upload is resumed", async () => {
  await fc.assert(
    fc.asyncProperty(runs, fc.array(fc.nat(160)), async (list, only) => {
      writeSparse(file, list);
      const map = naive.blockMap(fs.readFileSync(file));
      const want = map.blocks.filter(({ index }) => only.includes(index));
      const [blocks] = await bothWays((disk) => collect(hashedBlocks(disk, { only })));
      expect(blocks.map(({ index, sha256 }) => ({ index, sha256 }))).toEqual(want);
    }),
    { numRuns: 8 },
  );
});

it("reads no byte of a hole, and each byte of data once", async () => {
  writeSparse(file, [
    { kind: "hole", sectors: 100_000 },
    { kind: "data", sectors: 8 },
    { kind: "hole", sectors: 100_000 },
    { kind: "data", sectors: 20_000 },
    { kind: "hole", sectors: 100_000 },
  ]);
  for (const read of [(disk: Disk) => digestDisk(disk), (disk: Disk) => collect(readBlocks(disk))]) {
    const disk = await Disk.open(file);
    const reads = jest.spyOn(disk, "read");
    await read(disk);
    await disk.close();
    const bytes = reads.mock.calls.flatMap(([, ...buffers]) => buffers.map(({ length }) => length));
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(20_008 * 512);
  }
});

it("stops when it is told to", async () => {
  writeSparse(file, [{ kind: "data", sectors: 40_000 }]);
  const disk = await Disk.open(file);
  const stop = new AbortController();
  const digest = digestDisk(disk, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("stopped")),
  });
  await expect(digest).rejects.toThrow("stopped");
  const blocks = readBlocks(disk, { signal: stop.signal });
  await expect(blocks.next()).rejects.toThrow("stopped");
  await disk.close();
});

it("tells that the file was written to, or cut, while it was read", async () => {
  writeSparse(file, [{ kind: "data", sectors: 20_000 }]);
  const written = await Disk.open(file);
  fs.writeFileSync(file, "x", { flag: "r+" });
  fs.utimesSync(file, 0, 0);
  await expect(written.assertUnchanged()).rejects.toThrow(
    `${file}: the file changed while it was read (it was written to). Wait until whatever writes it has ended, and run this again.`,
  );
  await written.close();

  const cut = await Disk.open(file, { findHoles: false });
  fs.truncateSync(file, 512);
  await expect(digestDisk(cut)).rejects.toThrow("the file changed while it was read (it became shorter)");
  await expect(cut.assertUnchanged()).rejects.toThrow("10240000 bytes became 512");
  await cut.close();
});

it("names the block map by what sha256sum says of its file", () => {
  const empty = blockMapRoot({ size: 1024, blocks: [] });
  const file = `imprimatur block map v1\n${"\0".repeat(6)}\x04\0\0\x08\0\0${"\0".repeat(4)}`;
  expect(empty).toBe(naive.hash("sha256", Buffer.from(file, "latin1")));
});
