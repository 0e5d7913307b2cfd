import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { IMAGE_FILE, PACKED, unpack } from "../cli/try/demo-disk";
import { readImageFile } from "../config/image-file";
import { blockMapRoot } from "../disk/block-map";
import { hashedBlocks } from "../disk/blocks";
import { Disk } from "../disk/disk";

/*
 * `npx tsx tools/demo-disk.ts`: unpacks the raw disk of the demo product beside its image file, with nothing but Node.
 * Contents and making of the disk: tools/demo/.
 */

const PROJECT = join(__dirname, "..");

/**
 * Makes sure that the demo's raw disk is there, whole, and the one that its image file describes.
 *
 * @returns its path
 */
export async function unpackDemoDisk(): Promise<string> {
  const { imageFile, message } = readImageFile(
    readFileSync(IMAGE_FILE, "utf8"),
    relative(PROJECT, IMAGE_FILE),
  );
  const image = imageFile?.images.x86_64;
  if (!image) throw new Error(message ?? "the demo's image file holds no x86_64 disk");
  const raw = join(dirname(IMAGE_FILE), image.file);
  if (existsSync(raw) && (await rootOf(raw)) === image.blockMap.root) return raw;
  await unpack(raw);
  if ((await rootOf(raw)) !== image.blockMap.root) {
    throw new Error(`${relative(PROJECT, PACKED)} and ${relative(PROJECT, IMAGE_FILE)} are not of one disk`);
  }
  return raw;
}

async function rootOf(raw: string): Promise<string> {
  const disk = await Disk.open(raw);
  try {
    const blocks = [];
    for await (const { index, sha256 } of hashedBlocks(disk)) blocks.push({ index, sha256 });
    return blockMapRoot({ size: disk.size, blocks });
  } finally {
    await disk.close();
  }
}

if (require.main === module) {
  unpackDemoDisk().then(
    (raw) => process.stdout.write(`${raw}\n`),
    (error: unknown) => {
      process.stderr.write(`demo disk: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
