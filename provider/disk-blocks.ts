/** A raw disk as blocks to upload, and the final check. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cacheFolder, dropOld } from "../clouds/cache";
import { formatRanges } from "../clouds/ranges";
import { type BlockMap, blockMapRoot, decodeBlockMap, encodeBlockMap } from "../disk/block-map";
import { type HashedBlock, hashedBlocks } from "../disk/blocks";
import { Disk } from "../disk/disk";
import { type DiskInputs, findRawDisk, otherDisk } from "./raw-disk";

export interface InspectedDisk extends DiskInputs {
  blockMapRoot: string;
  /** Blocks of 512 KiB that are not all zero. */
  dataBlocks: number;
}

type Digests = ReadonlyMap<number, Buffer>;

/** A map has 36 bytes for each 512 KiB of data, 151 MB for a full disk of 2 TiB; its record has a copy beside it. */
const KEEP_MAPS_DAYS = 90;

/**
 * The data blocks of the disk, hashed, in index order.
 *
 * @throws one line with the cure, at once: missing, truncated; while reading: written to meanwhile
 */
export function openBlocks(inputs: DiskInputs): AsyncIterable<HashedBlock> {
  const found = findRawDisk(inputs);
  return (async function* () {
    const disk = await Disk.open(found.path, { name: found.name });
    try {
      yield* hashedBlocks(disk);
      await disk.assertUnchanged();
    } finally {
      await disk.close();
    }
  })();
}

/** The block map of these data blocks. */
export function mapOf(size: number, digests: Digests): BlockMap {
  const blocks = [...digests].sort(([a], [b]) => a - b).map(([index, sha256]) => ({ index, sha256 }));
  return { size, blocks };
}

/** @throws with the cure, when the blocks read are not those of the inspected disk */
export function checkInspected(inputs: InspectedDisk, digests: Digests): void {
  const map = mapOf(inputs.size, digests);
  const root = blockMapRoot(map);
  if (root === inputs.blockMapRoot) {
    rememberMap(root, map);
    return;
  }
  const detail =
    digests.size === inputs.dataBlocks
      ? `its block map root is ${root}, inspected ${inputs.blockMapRoot}`
      : `it has ${digests.size} blocks of data, inspected ${inputs.dataBlocks}`;
  throw otherDisk(findRawDisk(inputs).name, detail);
}

/** Differences between a copy and the inspected disk, if this machine has the disk's block map. */
export function describeDifference(size: number, copy: Digests, root: string): string {
  const wanted = knownMap(root);
  if (!wanted)
    return `read back, its block map root is ${blockMapRoot(mapOf(size, copy))}, inspected ${root}`;
  const digests = new Map(wanted.blocks.map(({ index, sha256 }) => [index, sha256]));
  const differing = [...new Set([...digests.keys(), ...copy.keys()])].filter((index) => {
    const [want, have] = [digests.get(index), copy.get(index)];
    return !want || !have || !want.equals(have);
  });
  const ranges = formatRanges(differing).split(",");
  const shown = ranges.slice(0, 10).join(", ") + (ranges.length > 10 ? ", …" : "");
  const blocks =
    differing.length === 1 ? "1 block of 512 KiB differs" : `${differing.length} blocks of 512 KiB differ`;
  return `${blocks} (${shown})`;
}

/** Cached by its root, which proves it: only for better messages, so this never throws. */
function rememberMap(root: string, map: BlockMap): void {
  try {
    const path = cacheFolder("block-maps", root);
    mkdirSync(dirname(path), { recursive: true });
    dropOld(dirname(path), KEEP_MAPS_DAYS);
    writeFileSync(path, encodeBlockMap(map));
  } catch {
    // A full or read-only cache is not an error.
  }
}

function knownMap(root: string): BlockMap | undefined {
  const bytes = knownMapFile(root);
  try {
    return bytes && decodeBlockMap(bytes);
  } catch {
    return undefined;
  }
}

/** The encoded block map with this root, if an upload from this machine left it in the cache. */
export function knownMapFile(root: string): Buffer | undefined {
  try {
    const bytes = readFileSync(cacheFolder("block-maps", root));
    return createHash("sha256").update(bytes).digest("hex") === root ? bytes : undefined;
  } catch {
    return undefined;
  }
}
