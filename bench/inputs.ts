/** Raw disks by seed, kept in the user's cache: about 2 GiB of data, half of which compresses well. */
import { execFileSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../clouds/cache";
import { programPath } from "../facts/programs";
import { GIB, MIB } from "../facts/units";

const FOLDER = cacheFolder("bench");

/** `debian`: a real image of its own size, if a test has left one in the cache; else, and in the quick mode, `dense`. */
export type Input = "dense" | "sparse" | "debian";

interface Sizes {
  /** Bytes of data. */
  readonly data: number;
  /** Bytes of the sparse disk. */
  readonly sparse: number;
}

export const FULL: Sizes = { data: 2 * GIB, sparse: 64 * GIB };
export const QUICK: Sizes = { data: GIB / 4, sparse: 16 * GIB };

export function inputOf(input: Input, sizes: Sizes, seed: number): string {
  const dense = { size: sizes.data + 2 * MIB, data: sizes.data };
  if (input === "sparse") return made("sparse", { size: sizes.sparse, data: sizes.data }, seed);
  const real = input === "debian" && sizes === FULL ? debian() : undefined;
  return real ?? made("dense", dense, seed);
}

function debian(): string | undefined {
  const folder = cacheFolder("images");
  const name = existsSync(folder) && readdirSync(folder).find((each) => /^debian-.*\.raw$/.test(each));
  return name ? join(folder, name) : undefined;
}

const PIECE = 4 * MIB;

function made(name: string, { size, data }: { size: number; data: number }, seed: number): string {
  const file = join(FOLDER, `${name}-${size}-${data}-${seed}.raw`);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  const begun = `${file}.${process.pid}`;
  const disk = openSync(begun, "w");
  ftruncateSync(disk, size);
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed);
  const stream = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const count = data / PIECE;
  // The first and last MiB are for the partition table.
  const step = Math.floor((size - 2 * MIB) / count / 4096) * 4096;
  for (let at = 0; at < count; at++) {
    const random = stream.update(Buffer.alloc(PIECE / 2));
    const text = Buffer.alloc(PIECE / 2, random.toString("hex", 0, 512));
    writeSync(disk, Buffer.concat([random, text]), 0, PIECE, MIB + at * step);
  }
  closeSync(disk);
  const table = "label: gpt\nstart=2048, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709\n";
  const sfdisk = programPath("sfdisk") ?? "sfdisk";
  execFileSync(sfdisk, ["--quiet", begun], { input: table, stdio: ["pipe", "ignore", "inherit"] });
  renameSync(begun, file);
  return file;
}
