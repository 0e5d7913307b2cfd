/** The demo disk: packed in every installation, unpacked in a checkout that was set up. */
import { createReadStream, existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { isZero } from "../../disk/extent";
import { MIB } from "../../facts/units";

const ROOT = path.join(__dirname, "..", "..");

/** The raw disk as one Brotli stream, of which its gigabyte of zeros takes no room. Made by `tools/demo/build.ts`. */
export const PACKED = path.join(ROOT, "tools", "demo", "demo-x86_64.raw.br");
/** Where a checkout unpacks it, for its own product `demo`. */
const UNPACKED = path.join(ROOT, "images", "demo", "demo.raw");
export const DEMO_VERSION = "20261120.0";
export const IMAGE_FILE = path.join(ROOT, "images", "demo", `${DEMO_VERSION}.json`);

/** @returns path of the demo disk, whole: the checkout's, or `raw`, unpacked */
export async function demoDisk(raw: string): Promise<string> {
  if (existsSync(UNPACKED)) return UNPACKED;
  await unpack(raw);
  return raw;
}

/** Unpacks the demo disk as `raw`, sparse; it is there whole or not at all. */
export async function unpack(raw: string): Promise<void> {
  const temporary = `${raw}.${process.pid}`;
  const file = await open(temporary, "w");
  try {
    let size = 0;
    const write = async (unpacked: AsyncIterable<Buffer>) => {
      for await (const bytes of unpacked) {
        if (!isZero(bytes)) await file.write(bytes, 0, bytes.length, size);
        size += bytes.length;
      }
    };
    await pipeline(createReadStream(PACKED), createBrotliDecompress({ chunkSize: MIB }), write);
    await file.truncate(size);
    await rename(temporary, raw);
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}
