import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { BLOCK_SIZE, MIB } from "../../../facts/units";
import { vhdDiskSize, vhdFileSize } from "../../../facts/vhd";
import { readBlocks } from "../../../disk/blocks";
import { Disk } from "../../../disk/disk";
import { vhdFooter } from "../../../disk/vhd";
import { runs, temporaryFolder, writeSparse } from "../../unit/disk/sparse-file";

const folder = temporaryFolder();
const file = path.join(folder, "disk.raw");
const vhd = path.join(folder, "disk.vhd");
const DIGEST = "0123456789abcdef".repeat(4);

/** The file that a cloud has once every data block of the disk, and the footer, have arrived. */
async function writeVhd(): Promise<void> {
  const disk = await Disk.open(file);
  fs.rmSync(vhd, { force: true });
  const descriptor = fs.openSync(vhd, "w");
  for await (const { index, data } of readBlocks(disk)) {
    fs.writeSync(descriptor, data, 0, data.length, index * BLOCK_SIZE);
  }
  fs.writeSync(descriptor, vhdFooter(disk.size, DIGEST), 0, 512, vhdDiskSize(disk.size));
  fs.closeSync(descriptor);
  await disk.close();
}

it.each([
  [20 * MIB, 20 * MIB],
  [20 * MIB + 512, 21 * MIB],
  [512, MIB],
])("rounds a raw of %d bytes to %d and adds the footer", (raw, disk) => {
  expect(vhdDiskSize(raw)).toBe(disk);
  expect(vhdFileSize(raw)).toBe(disk + 512);
});

it("has room for every data block before the footer", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (list) => {
      writeSparse(file, list);
      const { size } = fs.statSync(file);
      await writeVhd();
      expect(fs.statSync(vhd).size).toBe(vhdFileSize(size));
      expect((vhdFileSize(size) - 512) % MIB).toBe(0);
      execFileSync("cmp", ["-n", String(size), file, vhd]);
    }),
    { numRuns: 8 },
  );
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
  await writeVhd();
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
    // Everything but the time stamp, the version of qemu, the geometry, the checksum and the id.
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
