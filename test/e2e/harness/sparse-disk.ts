import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** Root of an x86-64 system, by the Discoverable Partitions Specification. */
const ROOT_TYPE = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
const PIECE = 16 * 1024 * 1024;
const PAGE = 4096;
const PART = PAGE / 4;

/**
 * A partitioned disk with pieces of data all over it. Every page is random, so that no block equals another, and
 * repeats its bytes four times, so that it compresses as a system does.
 *
 * @param size of the disk, in bytes; at least 128 MiB more than its data
 * @param data in bytes, a multiple of 16 MiB
 */
export function makeSparseDisk(file: string, size: number, data: number): void {
  fs.writeFileSync(file, "");
  fs.truncateSync(file, size);
  execFileSync("sfdisk", ["--quiet", file], {
    input: `label: gpt\nsize=64MiB, type=U\ntype=${ROOT_TYPE}\n`,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  const descriptor = fs.openSync(file, "r+");
  const pieces = data / PIECE;
  const random = fs.openSync("/dev/urandom", "r");
  const piece = Buffer.alloc(PIECE);
  const said = Buffer.alloc((PIECE / PAGE) * PART);
  for (let index = 0; index < pieces; index++) {
    fs.readSync(random, said);
    for (let at = 0; at < PIECE; at += PART) {
      const from = Math.floor(at / PAGE) * PART;
      said.copy(piece, at, from, from + PART);
    }
    const start = Math.floor((index * (size - 4 * PIECE)) / pieces / 4096) * 4096 + PIECE;
    fs.writeSync(descriptor, piece, 0, PIECE, start);
  }
  fs.closeSync(random);
  fs.closeSync(descriptor);
}
