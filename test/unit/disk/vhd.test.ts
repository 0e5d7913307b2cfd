import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { Disk } from "../../../disk/disk";
import { vhdDiskSize, vhdFileSize, vhdFooter, type VhdPage, vhdPages } from "../../../disk/vhd";
import { runs, temporaryFolder, writeSparse } from "./sparse-file";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const file = path.join(folder, "disk.raw");
const vhd = path.join(folder, "disk.vhd");
const DIGEST = "0123456789abcdef".repeat(4);
const MIB = 1024 * 1024;

async function pagesOf(options?: Parameters<typeof vhdPages>[2]): Promise<VhdPage[]> {
  const disk = await Disk.open(file);
  const pages: VhdPage[] = [];
  for await (const page of vhdPages(disk, DIGEST, options)) pages.push(page);
  await disk.close();
  return pages;
}

/** What the cloud holds once every page has arrived. */
function writeVhd(pages: readonly VhdPage[], size: number): void {
  fs.rmSync(vhd, { force: true });
  const descriptor = fs.openSync(vhd, "w");
  for (const { start, data } of pages) fs.writeSync(descriptor, data, 0, data.length, start);
  fs.ftruncateSync(descriptor, Math.max(size, fs.fstatSync(descriptor).size));
  fs.closeSync(descriptor);
}

it.each([
  [20 * MIB, 20 * MIB],
  [20 * MIB + 512, 21 * MIB],
  [512, MIB],
])("rounds a raw of %d bytes to %d and adds the footer", (raw, disk) => {
  expect(vhdDiskSize(raw)).toBe(disk);
  expect(vhdFileSize(raw)).toBe(disk + 512);
});

it("gives pages that Azure takes, and that make up the raw disk", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (list) => {
      writeSparse(file, list);
      const { size } = fs.statSync(file);
      const pages = await pagesOf();
      writeVhd(pages, vhdFileSize(size));
      for (const { start, data } of pages) {
        expect([start % 512, data.length % 512, data.length <= 4 * MIB]).toEqual([0, 0, true]);
      }
      expect(fs.statSync(vhd).size).toBe(vhdFileSize(size));
      expect(pages.at(-1)?.start).toBe(vhdDiskSize(size));
      execFileSync("cmp", ["-n", String(size), file, vhd]);
    }),
    { numRuns: 8 },
  );
});

it("sends what is left of an upload, and the footer", async () => {
  writeSparse(file, [{ kind: "data", sectors: 10 * 1024 }]);
  const pages = await pagesOf({ only: [1, 2, 9] });
  expect(pages.map(({ start, blocks }) => [start / (MIB / 2), blocks.map(({ index }) => index)])).toEqual([
    [1, [1, 2]],
    [9, [9]],
    [10, []],
  ]);
});

it("has a footer that depends on the disk alone", () => {
  expect(vhdFooter(MIB, DIGEST)).toEqual(vhdFooter(MIB, DIGEST));
  expect(vhdFooter(MIB, DIGEST).toString("hex", 68, 84)).toBe("0123456789ab8def8123456789abcdef");
});

const qemu = spawnSync("qemu-img", ["--version"]).status === 0;

(qemu ? it : it.skip).each([
  ["small", 40_000, 0],
  ["of whole MiB", 20_480, 0],
  ["of 20 GiB", 20_480, 20 * 1024 ** 3],
  ["of 200 GiB, beyond the geometry's first rounding", 8, 200 * 1024 ** 3],
])("is a fixed VHD equal to the raw, says qemu-img: a disk %s", async (_, sectors, size) => {
  writeSparse(file, [
    { kind: "hole", sectors: 5000 },
    { kind: "data", sectors },
  ]);
  if (size > 0) fs.truncateSync(file, size);
  const raw = fs.statSync(file).size;
  writeVhd(await pagesOf(), vhdFileSize(raw));
  const run = (...args: string[]) => execFileSync("qemu-img", args, { encoding: "utf8" });
  const info = JSON.parse(run("info", "--output=json", "-f", "vpc", vhd)) as { "virtual-size": number };
  expect(info["virtual-size"]).toBe(vhdDiskSize(raw));
  expect(run("compare", "-f", "raw", "-F", "vpc", file, vhd)).toContain("Images are identical.");
  const check = path.join(folder, "made.vhd");
  if (size === 0) {
    fs.truncateSync(file, vhdDiskSize(raw));
    run("convert", "-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on", file, check);
    const theirs = fs.readFileSync(check).subarray(-512);
    const ours = fs.readFileSync(vhd).subarray(-512);
    // All but the time stamp, the version of qemu, the geometry, the checksum and the id.
    for (const [from, to] of [
      [0, 24],
      [28, 32],
      [36, 56],
      [60, 64],
      [84, 512],
    ] as const) {
      expect(ours.subarray(from, to)).toEqual(theirs.subarray(from, to));
    }
  }
});
