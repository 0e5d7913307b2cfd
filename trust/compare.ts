/** Compares bytes read with the signed block map: the root decides, the map locates differences. */
import { BLOCK_SIZE } from "../facts/units";
import type { Image } from "../config/image-file";
import type { Architecture } from "../config/release";
import { type BlockMap, blockMapRoot } from "../disk/block-map";
import { placedPartitions } from "../disk/partition-types";
import { TrustProblem } from "./problem";
import { imageFileIn, type SignedRecord } from "./records";
import type { Verdict } from "./verdict";

/** @throws {TrustProblem} when the record has no disk of the architecture */
export function imageOf(record: SignedRecord, architecture: Architecture): Image {
  const image = imageFileIn(record).images[architecture];
  if (image) return image;
  throw new TrustProblem(`${record.file}: it has no ${architecture} disk`);
}

/** Finds the files with data in each byte range of the disk. */
export type FileFinder = (
  partitions: readonly { start: number; length: number }[],
  ranges: readonly { start: number; end: number }[],
) => string[][];

export interface Comparison {
  /** Empty: all bytes are the signed ones. */
  wrong: string[];
  differences?: Verdict["differences"];
}

/**
 * @param read block map of the bytes read
 * @param signed the signed map, if available; without it only the root is compared
 * @param filesAt finds files at a disk's byte ranges, where its file systems are readable
 */
export function compareMaps(
  read: BlockMap,
  image: Image,
  signed: BlockMap | undefined,
  filesAt?: FileFinder,
): Comparison {
  const root = blockMapRoot(read);
  if (root === image.blockMap.root) return { wrong: [] };
  if (!signed) {
    return {
      wrong: [
        `its bytes are not the signed ones (block map root ${root}, signed ${image.blockMap.root}; with --block-map you learn where)`,
      ],
    };
  }
  const blocksThatDiffer = differingBlocks(read, signed);
  const ranges = rangesOf(blocksThatDiffer, image.size);
  const files = filesAt?.(image.partitionTable.partitions, ranges) ?? [];
  const differences = ranges.map((range, index) => ({
    ...range,
    partitions: partitionsAt(range, image),
    files: files[index] ?? [],
  }));
  const count = blocksThatDiffer.length;
  const blocks = count === 1 ? "1 block of 512 KiB differs" : `${count} blocks of 512 KiB differ`;
  const shown = differences.slice(0, SHOWN).map(({ start, end, partitions, files }) => {
    const place = [partitions.join(", "), filesIn(files)].filter(Boolean).join(": ");
    return `bytes ${start}-${end - 1} (${place})`;
  });
  const rest = differences.length > SHOWN ? [`and ${differences.length - SHOWN} more ranges`] : [];
  return {
    wrong: [`${blocks}: ${[...shown, ...rest].join(", ")}`],
    differences,
  };
}

/** Blocks read of an object in a cloud. */
interface BlocksRead {
  /** SHA-256 of every block that is not all zero, by index. */
  digests: ReadonlyMap<number, Buffer>;
  /** Blocks beyond the disk's end that are not all zero. */
  beyond: readonly number[];
}

/** Like {@link compareMaps}, for blocks in a cloud. */
export function compareBlocks(
  { digests, beyond }: BlocksRead,
  image: Image,
  signed: BlockMap | undefined,
): Comparison {
  const blocks = [...digests].sort(([a], [b]) => a - b).map(([index, sha256]) => ({ index, sha256 }));
  const { wrong, differences } = compareMaps({ size: image.size, blocks }, image, signed);
  if (beyond.length > 0) wrong.push("there is data after the end of the image");
  return { wrong, ...(differences && { differences }) };
}

/** Ranges in the line; JSON has all of them. */
const SHOWN = 8;
/** Files per range, likewise. */
const FILES_SHOWN = 4;

function filesIn(files: readonly string[]): string {
  const rest = files.length > FILES_SHOWN ? [`and ${files.length - FILES_SHOWN} more`] : [];
  return [...files.slice(0, FILES_SHOWN), ...rest].join(", ");
}

function differingBlocks(read: BlockMap, signed: BlockMap): number[] {
  const digests = new Map(signed.blocks.map(({ index, sha256 }) => [index, sha256]));
  const wrong = read.blocks.flatMap(({ index, sha256 }) => {
    const want = digests.get(index);
    digests.delete(index);
    return want && sha256.equals(want) ? [] : [index];
  });
  // The remaining blocks hold data in the signed disk and are zero here.
  return [...wrong, ...digests.keys()].sort((a, b) => a - b);
}

function rangesOf(blocks: readonly number[], size: number): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (const index of blocks) {
    const [start, end] = [index * BLOCK_SIZE, Math.min(size, (index + 1) * BLOCK_SIZE)];
    const last = ranges.at(-1);
    if (last?.end === start) last.end = end;
    else ranges.push({ start, end });
  }
  return ranges;
}

/** Partitions that a range overlaps, by the signed table. */
function partitionsAt({ start, end }: { start: number; end: number }, image: Image): string[] {
  const touched = placedPartitions(image.partitionTable)
    .filter((extent) => extent.start < end && start < extent.start + extent.length)
    .map(({ number, name }) => `partition ${number}${name ? ` ${name}` : ""}`);
  return touched.length > 0 ? touched : ["outside of the partitions: boot sector, partition table or gap"];
}
