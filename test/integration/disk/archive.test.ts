import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { BLOCK_SIZE } from "../../../facts/units";
import { Disk } from "../../../disk/disk";
import { gzip } from "../../../disk/gzip";
import { sparseHeader, sparseTar } from "../../../disk/sparse-tar";
import { runs, temporaryFolder, writeSparse } from "../../unit/disk/sparse-file";

const folder = temporaryFolder();
const file = path.join(folder, "disk.raw");
const archive = path.join(folder, "disk.tar.gz");

async function join(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const list: Buffer[] = [];
  for await (const piece of pieces) list.push(piece);
  return Buffer.concat(list);
}

async function withDisk<T>(use: (disk: Disk) => Promise<T>, findHoles = true): Promise<T> {
  const disk = await Disk.open(file, { findHoles });
  try {
    return await use(disk);
  } finally {
    await disk.close();
  }
}

async function* pieces(list: readonly Uint8Array[]): AsyncGenerator<Buffer> {
  for (const piece of list) yield Buffer.from(piece);
}

function unpacked(): string {
  const into = fs.mkdtempSync(path.join(folder, "unpacked-"));
  execFileSync("tar", ["-xzf", archive, "-C", into]);
  return path.join(into, "disk.raw");
}

it("is unpacked by GNU tar to the disk, holes included", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (list) => {
      writeSparse(file, list);
      fs.writeFileSync(archive, await withDisk((disk) => join(gzip(sparseTar(disk)))));
      execFileSync("gzip", ["-t", archive]);
      const copy = unpacked();
      execFileSync("cmp", [file, copy]);
      fs.rmSync(path.dirname(copy), { recursive: true });
    }),
    { numRuns: 8 },
  );
});

it("lists one member, disk.raw, that is padded with a hole to the size asked for", async () => {
  writeSparse(file, [{ kind: "data", sectors: 100 }]);
  const size = 9 * 1024 ** 3;
  fs.writeFileSync(archive, await withDisk((disk) => join(gzip(sparseTar(disk, { size })))));
  const listed = execFileSync("tar", ["-tvzf", archive], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
  });
  expect(listed).toBe("-rw-r--r-- 0/0      9663676416 1970-01-01 00:00 disk.raw\n");
  const copy = unpacked();
  expect(fs.statSync(copy).size).toBe(size);
  expect(fs.statSync(copy).blocks * 512).toBeLessThan(1024 * 1024);
});

it("tells Python's tarfile the same, with data beyond 8 GiB in many pieces", async () => {
  fs.rmSync(file, { force: true });
  const descriptor = fs.openSync(file, "w");
  const places = Array.from({ length: 60 }, (_, index) => index * 200 * 1024 ** 2);
  for (const place of places) fs.writeSync(descriptor, Buffer.alloc(4096, place % 255 || 1), 0, 4096, place);
  fs.ftruncateSync(descriptor, 12 * 1024 ** 3);
  fs.closeSync(descriptor);
  fs.writeFileSync(archive, await withDisk((disk) => join(gzip(sparseTar(disk)))));
  const script = [
    "import tarfile, sys, json",
    "archive = tarfile.open(sys.argv[1])",
    "member, = archive.getmembers()",
    "print(json.dumps([member.name, member.size, member.sparse]))",
  ].join("\n");
  const [name, size, sparse] = JSON.parse(
    execFileSync("python3", ["-c", script, archive], { encoding: "utf8" }),
  ) as [string, number, [number, number][]];
  expect({ name, size }).toEqual({ name: "disk.raw", size: 12 * 1024 ** 3 });
  expect(sparse).toEqual(places.map((place) => [place - (place % BLOCK_SIZE), BLOCK_SIZE]));
});

it("has the same bytes with and without SEEK_DATA, when the block map says where data is", async () => {
  writeSparse(file, [
    { kind: "zeros", sectors: 3000 },
    { kind: "data", sectors: 5 },
    { kind: "hole", sectors: 20_000 },
    { kind: "data", sectors: 700 },
  ]);
  const dataBlocks = [2, 22, 23];
  const [one, other] = [
    await withDisk((disk) => join(sparseTar(disk, { dataBlocks }))),
    await withDisk((disk) => join(sparseTar(disk, { dataBlocks })), false),
  ];
  expect(other.equals(one)).toBe(true);
  expect(one.length).toBeLessThan(2 * 1024 * 1024);
});

it("writes sizes of 8 GiB and more in base 256, smaller ones in octal", () => {
  const small = sparseHeader([{ start: 0, end: 512 }], 8 * 1024 ** 3 - 512);
  expect(small.toString("latin1", 483, 495)).toBe("77777777000\0");
  const large = sparseHeader([{ start: 0, end: 512 }], 8 * 1024 ** 3);
  expect(large.toString("hex", 483, 495)).toBe("800000000000000200000000");
});

it("compresses any stream to one gzip member, in the same bytes however it is cut and on any number of threads", async () => {
  const stream = fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.nat(255)), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(stream, fc.integer({ min: 1, max: 500_000 }), async (parts, cut) => {
      // Runs of one byte, and runs of noise that does not compress.
      const all = Buffer.concat(
        parts.map(([length, byte]) =>
          Buffer.alloc(length).map((_, at) => (byte % 2 ? byte : (at * at * byte) >> 3)),
        ),
      );
      const cuts = [];
      for (let at = 0; at < all.length; at += cut) cuts.push(all.subarray(at, at + cut));
      const whole = await join(gzip(pieces([all]), { threads: 1 }));
      expect(gunzipSync(whole).equals(all)).toBe(true);
      expect((await join(gzip(pieces(cuts), { threads: 3 }))).equals(whole)).toBe(true);
    }),
    { numRuns: 8 },
  );
});

it("passes on that the disk cannot be read", async () => {
  const broken = (async function* () {
    yield Buffer.alloc(3_000_000);
    throw new Error("cannot be read");
  })();
  await expect(join(gzip(broken))).rejects.toThrow("cannot be read");
});
