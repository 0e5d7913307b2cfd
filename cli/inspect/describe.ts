import path from "node:path";
import { BLOCK_SIZE, GIB } from "../../facts/units";
import type { Image } from "../../config/image-file";
import type { Architecture } from "../../config/release";
import { type BlockMap, blockMapRoot, countBlocks } from "../../disk/block-map";
import { digestDisk, type WholeDigest } from "../../disk/digest";
import type { Io } from "../io";
import { chooseStart, openDisk, watchReading } from "../raw-disk";
import type { Options } from "./options";

export interface Described {
  image: Image;
  architecture: Architecture;
  blockMap: BlockMap;
}

/**
 * Content of the image file about the disk.
 *
 * @throws {DiskProblem}
 * @throws {UsageProblem}
 */
export async function describeDisk(file: string, options: Options, io: Io): Promise<Described> {
  const { disk, table: partitionTable } = await openDisk(file, io);
  try {
    const { architecture, bootMode } = chooseStart(file, partitionTable, options);
    const progress = watchReading(disk, io);
    const { size, dataBytes, blockMap, ...digests } = await digestDisk(disk, {
      whole: wholeDigests(disk.size, options),
      onProgress: progress.moved,
    }).finally(progress.end);
    await disk.assertUnchanged();
    const image: Image = {
      file: path.basename(file),
      size,
      dataBytes,
      ...digests,
      blockMap: {
        blockSize: BLOCK_SIZE,
        blocks: countBlocks(size),
        dataBlocks: blockMap.blocks.length,
        root: blockMapRoot(blockMap),
      },
      bootMode,
      partitionTable,
    };
    return { image, architecture, blockMap };
  } finally {
    await disk.close();
  }
}

/** Above it zeros would cost more than data: at 820 MiB/s SHA-512 takes ten seconds for as many, and 45 minutes for 2 TiB. */
const LARGEST_DIGESTED = 8 * GIB;

/**
 * Digests of the whole file to take. By the size alone and not by the holes, so that a copy without holes is described
 * alike.
 */
function wholeDigests(size: number, { digests, sums }: Pick<Options, "digests" | "sums">): WholeDigest[] {
  if (digests || size <= LARGEST_DIGESTED) return ["sha256", "sha512"];
  return sums === undefined ? [] : ["sha512"];
}
