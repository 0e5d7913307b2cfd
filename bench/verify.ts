/**
 * `imprimatur verify disk` beside `openssl dgst -sha256` on the same 2 GiB of random bytes, in turns, warm cache:
 *
 *     npx tsx bench/verify.ts [folder]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync, randomFillSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { BLOCK_SIZE, GIB, MIB } from "../facts/units";
import { digestDisk } from "../disk/digest";
import { Disk } from "../disk/disk";
import { blockMapRoot, countBlocks } from "../disk/block-map";
import { type ImageFile, readImageFile, writeImageFile } from "../config/image-file";
import { statementOf } from "../provider/record";
import { keyFileSigner, signStatement } from "../trust/sign";

const SIZE = 2 * GIB;
const ROUNDS = 5;

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(process.argv[2] ?? os.tmpdir(), "bench-verify-"));
  try {
    await compare(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string): Promise<void> {
  const raw = path.join(folder, "disk.raw");
  makeDisk(raw);
  const record = path.join(folder, "1.0.sigstore.json");
  const key = path.join(folder, "publisher.pem");
  await sign(raw, record, key);
  const cli = path.join(__dirname, "../cli/imprimatur.js");
  const contestants = {
    openssl: () => execFileSync("openssl", ["dgst", "-sha256", raw]),
    verify: () => {
      const asked = ["verify", "disk", raw, "--record", record, "--key", key];
      const { status, stderr } = spawnSync(process.execPath, [cli, ...asked], { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
    },
  };
  for (let round = 1; round <= ROUNDS; round++) {
    const seconds = Object.entries(contestants).map(([name, run]) => {
      const start = performance.now();
      run();
      return `${name} ${((performance.now() - start) / 1000).toFixed(2)} s`;
    });
    console.log(seconds.join(", "));
  }
}

function makeDisk(raw: string): void {
  const file = fs.openSync(raw, "w");
  const bytes = Buffer.alloc(16 * MIB);
  for (let at = 0; at < SIZE; at += bytes.length)
    fs.writeSync(file, randomFillSync(bytes), 0, bytes.length, at);
  fs.closeSync(file);
}

async function sign(raw: string, record: string, key: string): Promise<void> {
  const keys = generateKeyPairSync("ed25519");
  fs.writeFileSync(key, keys.publicKey.export({ format: "pem", type: "spki" }));
  const facts = { product: "bench", version: "1.0", publisher: "Bench", provenance: "official" } as const;
  const rest = { configDigest: "0".repeat(64), folder: "records", objects: [] };
  const statement = statementOf({ ...facts, ...rest, imageFile: await imageFileOf(raw) }, new Date());
  const pem = keys.privateKey.export({ format: "pem", type: "pkcs8" });
  fs.writeFileSync(record, await signStatement(statement, keyFileSigner(pem, "key")));
}

async function imageFileOf(raw: string): Promise<ImageFile> {
  const disk = await Disk.open(raw);
  const { size, dataBytes, sha256, sha512, blockMap } = await digestDisk(disk).finally(() => disk.close());
  const map = { blockSize: BLOCK_SIZE, blocks: countBlocks(size), dataBlocks: blockMap.blocks.length };
  const image = {
    file: "disk.raw",
    size,
    dataBytes,
    sha256,
    sha512,
    blockMap: { ...map, root: blockMapRoot(blockMap) },
    bootMode: "uefi" as const,
    partitionTable: {
      type: "gpt" as const,
      diskGuid: "00000000-0000-4000-8000-000000000000",
      partitions: [],
    },
  };
  const text = writeImageFile({ product: "bench", version: "1.0", images: { x86_64: image } });
  const { imageFile, message } = readImageFile(text, "image file");
  if (imageFile === undefined) throw new Error(message);
  return imageFile;
}

void main();
