/** Bytes that were read against the signed block map: the root decides, the map tells where. */
import { createHash } from "node:crypto";
import { type Image, readImageFile } from "../config/image-file";
import type { Architecture } from "../config/release";
import { BLOCK_SIZE, type BlockMap, blockMapRoot, decodeBlockMap } from "../disk/block-map";
import { TrustProblem } from "./problem";
import type { SignedRecord } from "./records";
import type { Verdict } from "./verdict";

/** @throws {TrustProblem} the record holds no image file that this version understands, or none of the architecture */
export function imagesIn({ file, statement }: SignedRecord): Partial<Record<Architecture, Image>> {
  const inside = statement.predicate.buildDefinition.internalParameters.imageFile;
  const { imageFile, message } = readImageFile(JSON.stringify(inside), `${file}, imageFile`);
  if (imageFile === undefined) throw new TrustProblem(message);
  return imageFile.images;
}

export function imageOf(record: SignedRecord, architecture: Architecture): Image {
  const image = imagesIn(record)[architecture];
  if (image) return image;
  throw new TrustProblem(`${record.file}: it has no ${architecture} disk`);
}

/** @throws {TrustProblem} not the block map that the record stands for */
export function trustedMap(bytes: Buffer, file: string, { blockMap: { root } }: Image): BlockMap {
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== root) {
    throw new TrustProblem(
      `${file}: not the block map of the signed record: its sha256 is ${digest}, signed is ${root}; fetch it again`,
    );
  }
  return decodeBlockMap(bytes);
}

/** Names the files that have data in each range of bytes of the disk that was read. */
export type FileFinder = (
  partitions: readonly { start: number; length: number }[],
  ranges: readonly { start: number; end: number }[],
) => string[][];

export interface Comparison {
  /** Empty: every byte is the signed one. */
  wrong: string[];
  differences?: Verdict["differences"];
}

/**
 * @param read what was read, as a block map
 * @param signed the signed map, where it is there; without it only the root can be compared
 * @param filesAt where the bytes lie in a disk with file systems that can be read
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

/** Ranges in the one line; JSON has them all. */
const SHOWN = 8;
/** Files of a range, likewise. */
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
  // What is left holds data in the signed disk, and is all zero here.
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

/** Partitions that a range touches, by the signed table. */
function partitionsAt({ start, end }: { start: number; end: number }, image: Image): string[] {
  const touched = image.partitionTable.partitions
    .filter((of) => of.start < end && start < of.start + of.length)
    .map(({ number, name }) => `partition ${number}${name && ` ${name}`}`);
  return touched.length > 0 ? touched : ["outside of the partitions: boot sector, partition table or gap"];
}
