import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { readImageFile } from "../../../config/image-file";
import { digestDisk } from "../../../disk/digest";
import { Disk } from "../../../disk/disk";
import { readPartitionTable } from "../../../disk/partition-table";
import { architecturesOf, bootModeOf, placedPartitions } from "../../../disk/partition-types";
import { PACKED, unpack } from "../../../cli/try/demo-disk";
import { buildDemoDisk } from "../../../tools/demo/build";
import { unpackDemoDisk } from "../../../tools/demo-disk";

const folder = mkdtempSync(path.join(os.tmpdir(), "imprimatur-demo-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PROJECT = path.join(__dirname, "../../..");
const IMAGE_FILE = "images/demo/20261120.0.json";

it("is committed under 1 MiB, and unpacks to a sparse disk of whole GiB", async () => {
  const raw = path.join(folder, "unpacked.raw");
  await unpack(raw);
  expect(statSync(PACKED).size).toBeLessThan(1024 * 1024);
  expect(statSync(raw).size % 1024 ** 3).toBe(0);
  expect(statSync(raw).blocks * 512).toBeLessThan(16 * 1024 * 1024);
});

it("is not there, rather than half, where the folder cannot hold it", async () => {
  await expect(unpack(path.join(folder, "none", "demo.raw"))).rejects.toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual(["unpacked.raw"]);
});

it("is the disk that its image file describes, to the last bit", async () => {
  const { imageFile, message } = readImageFile(
    readFileSync(path.join(PROJECT, IMAGE_FILE), "utf8"),
    IMAGE_FILE,
  );
  expect(message).toBeUndefined();
  const image = imageFile?.images.x86_64;
  const disk = await Disk.open(await unpackDemoDisk());
  try {
    expect(await readPartitionTable(disk)).toEqual(image?.partitionTable);
    const { size, sha256, sha512, dataBytes } = await digestDisk(disk);
    expect({ size, sha256, sha512, dataBytes }).toEqual({
      size: image?.size,
      sha256: image?.sha256,
      sha512: image?.sha512,
      dataBytes: image?.dataBytes,
    });
  } finally {
    await disk.close();
  }
});

const TOOLS = ["sfdisk", "mkfs.vfat", "mcopy", "mke2fs", "debugfs"];
const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
const missing = TOOLS.filter((tool) => !folders.some((bin) => existsSync(path.join(bin, tool))));

(missing.length > 0 ? it.skip : it)(
  "is made by its script: an x86_64 UEFI disk with sound file systems",
  async () => {
    const raw = path.join(folder, "built.raw");
    buildDemoDisk(raw);
    const disk = await Disk.open(raw);
    const table = await readPartitionTable(disk);
    await disk.close();
    const partitions = placedPartitions(table);
    expect(architecturesOf(partitions)).toEqual(["x86_64"]);
    expect(bootModeOf(table)).toBe("uefi");
    const root = partitions.find(({ name }) => name === "root");
    const env = { ...process.env, PATH: folders.join(":") };
    const run = (tool: string, ...args: string[]) =>
      execFileSync(tool, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    expect(run("e2fsck", "-f", "-n", `${raw}?offset=${root?.start}`)).toContain("Pass 5");
    const owner = run("debugfs", "-R", "stat /etc/os-release", `${raw}?offset=${root?.start}`);
    expect(owner).toMatch(/User:\s+0\s+Group:\s+0/);
  },
);
