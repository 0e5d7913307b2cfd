/** Raw disks of a few MiB for the tests of their readers, made with the programs that make real ones. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

import { MIB } from "../../../facts/units";
import { openImage } from "../../../inspection/image";
import type { PartitionPlace } from "../../../inspection/partition-place";

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

export const MAKERS = ["mkfs.vfat", "mcopy", "mke2fs", "debugfs"];

export const TYPE = {
  esp: "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
  root: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  home: "933ac7e1-2eb4-4f13-b844-0e14e2aef915",
  boot: "bc13c2ff-59e6-4262-a352-b275fd6f7172",
  linux: "0fc63daf-8483-4772-8e79-3d69d8477de4",
  swap: "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
};

/** Path and text, or the target of a link; a path's bytes are given as latin1 characters. */
export type Files = Record<string, string | { link: string }>;

export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH, DEBUGFS_PAGER: "__none__" },
  });
}

/** An ext4 file system, 16 MiB, with a journal. */
export function ext4Of(folder: string, files: Files, options: readonly string[] = []): Buffer {
  const root = fs.mkdtempSync(path.join(folder, "tree-"));
  for (const [name, content] of Object.entries(files)) {
    // Bytes, so that names that are not UTF-8 can be made.
    const file = Buffer.concat([Buffer.from(root), Buffer.from(name, "latin1")]);
    fs.mkdirSync(file.subarray(0, file.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") fs.writeFileSync(file, content);
    else fs.symlinkSync(content.link, file);
  }
  const image = path.join(root, "..", `${path.basename(root)}.ext4`);
  run("mke2fs", "-q", "-t", "ext4", "-b", "1024", ...options, "-d", root, image, "16m");
  return fs.readFileSync(image);
}

/** A FAT file system, 8 MiB. */
export function fatOf(
  folder: string,
  files: Record<string, string | Buffer>,
  bits: 12 | 16 | 32 = 16,
): Buffer {
  const image = path.join(fs.mkdtempSync(path.join(folder, "fat-")), "fat.img");
  // A FAT32 has at least 65,525 clusters.
  run(
    "mkfs.vfat",
    "-F",
    String(bits),
    "-s",
    "1",
    "-C",
    image,
    String(bits === 32 ? 40 * 1024 : bits === 12 ? 1024 : 8 * 1024),
  );
  const made = new Set<string>();
  for (const [name, content] of Object.entries(files)) {
    const parents = name.split("/").slice(1, -1);
    parents.forEach((_, index) => {
      const parent = parents.slice(0, index + 1).join("/");
      if (!made.has(parent)) run("mmd", "-i", image, `::${parent}`);
      made.add(parent);
    });
    const source = `${image}.source`;
    fs.writeFileSync(source, content);
    run("mcopy", "-i", image, source, `::${name}`);
  }
  return fs.readFileSync(image);
}

export interface Part {
  typeGuid: string;
  content: Buffer;
  guid?: string;
  name?: string;
}

export interface SmallDisk {
  file: string;
  partitions: PartitionPlace[];
}

/** The file systems one after the other. There is no partition table: the reader gets the offsets. */
export function diskOf(folder: string, parts: readonly Part[], name = "disk.raw"): SmallDisk {
  const file = path.join(fs.mkdtempSync(path.join(folder, "disk-")), name);
  let start = MIB;
  const partitions = parts.map(({ content, ...part }, index) => {
    const place = { ...part, number: index + 1, start, length: content.length };
    start += Math.ceil(content.length / MIB) * MIB;
    return place;
  });
  const disk = fs.openSync(file, "w");
  parts.forEach(({ content }, index) =>
    fs.writeSync(disk, content, 0, content.length, partitions[index]!.start),
  );
  fs.ftruncateSync(disk, start);
  fs.closeSync(disk);
  return { file, partitions };
}

/** Keeps the disk open while `use` runs. */
export function inspecting<T>(
  { file, partitions }: SmallDisk,
  use: (image: ReturnType<typeof openImage>) => T,
): T {
  const image = openImage(file, { size: fs.statSync(file).size, architecture: "x86_64", partitions });
  try {
    return use(image);
  } finally {
    image.close();
  }
}

/** Changes an unmounted ext4 file system directly: debugfs(8). */
export function withDebugfs(folder: string, image: Buffer, ...requests: string[]): Buffer {
  const place = fs.mkdtempSync(path.join(folder, "debugfs-"));
  const file = path.join(place, "image");
  fs.writeFileSync(file, image);
  fs.writeFileSync(path.join(place, "requests"), `${requests.join("\n")}\n`);
  run("debugfs", "-w", "-f", path.join(place, "requests"), file);
  return fs.readFileSync(file);
}
