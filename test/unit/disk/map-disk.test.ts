import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { digestDisk } from "../../../disk/digest";
import { Disk } from "../../../disk/disk";
import { mapDisk } from "../../../disk/map-disk";
import { type Run, runs, temporaryFolder, writeSparse } from "./sparse-file";

const file = path.join(temporaryFolder(), "disk.raw");

async function withDisk<T>(work: (disk: Disk) => Promise<T>): Promise<T> {
  const disk = await Disk.open(file);
  try {
    return await work(disk);
  } finally {
    await disk.close();
  }
}

it("gives the block map that inspect gives, whatever the disk is like", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (list) => {
      writeSparse(file, list);
      await withDisk(async (disk) => {
        const { map, beyond } = await mapDisk(disk);
        expect(map).toEqual((await digestDisk(disk)).blockMap);
        expect(beyond).toEqual([]);
      });
    }),
    { numRuns: 15 },
  );
});

/** Bytes that this process has read from files: proc_pid_io(5). */
const asked = () => Number(/^rchar: (\d+)$/m.exec(fs.readFileSync("/proc/self/io", "utf8"))?.[1]);

(fs.existsSync("/proc/self/io") ? it : it.skip)(
  "reads the pages that hold data and nothing around them: a fragmented disk of 2 TiB has few, and holes everywhere",
  async () => {
    const pages = 64;
    const page: Run = { kind: "data", sectors: 8 };
    const hole: Run = { kind: "hole", sectors: 8192 - 8 };
    writeSparse(file, Array.from({ length: pages }, () => [page, hole]).flat());
    await withDisk(async (disk) => {
      const before = asked();
      const { map } = await mapDisk(disk);
      expect(map.blocks).toHaveLength(pages);
      // A tenth of the bytes if a whole block were read for each page: reading the threads' own programs counts too.
      expect(asked() - before).toBeLessThan((pages * 524_288) / 10);
    });
  },
);

it.each([
  { name: "zeros after the image are no data", at: undefined, beyond: [] },
  { name: "a byte in the image's last, short block", at: 5_000_000 + 192, beyond: [5_000_192] },
  { name: "a byte far behind", at: 9_000_000, beyond: [8_912_896] },
])("of a larger disk: $name", async ({ at, beyond }) => {
  const size = 5_000_192;
  writeSparse(file, [{ kind: "data", sectors: size / 512 }]);
  const alone = await withDisk((disk) => mapDisk(disk));
  fs.truncateSync(file, 10_000_384);
  if (at !== undefined) {
    const descriptor = fs.openSync(file, "r+");
    fs.writeSync(descriptor, Buffer.from([1]), 0, 1, at);
    fs.closeSync(descriptor);
  }
  const found = await withDisk((disk) => mapDisk(disk, { size }));
  expect(found.map).toEqual(alone.map);
  expect(found.beyond).toEqual(beyond);
});
