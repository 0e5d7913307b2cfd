import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { MIB } from "../facts/units";
import type { Image } from "../config/image-file";
import type { Architecture } from "../config/release";
import { type BlockMap, decodeBlockMap } from "../disk/block-map";
import { TrustProblem } from "./problem";
import { readBytes } from "./read-text";
import { nameOf, type SignedRecord } from "./records";

/** 40 bytes for each of the 4,194,304 blocks of a disk of 2 TiB, and its header. */
const MOST_BYTES = 256 * MIB;

interface SignedMap {
  /** Absent: not available; the root alone decides. */
  map?: BlockMap;
  notes: string[];
}

/**
 * The signed block map of a record, which locates differences.
 *
 * @param file as named by the user; default: the one beside the record, if any
 * @throws {TrustProblem} when the named one is not the signed one, or cannot be read
 */
export function signedMap(
  record: SignedRecord,
  architecture: Architecture,
  image: Image,
  file: string | undefined,
): SignedMap {
  if (file !== undefined)
    return { map: trustedMap(readBytes(file, { mostBytes: MOST_BYTES }), file, image), notes: [] };
  const beside = join(dirname(record.file), `${nameOf(record).version}-${architecture}.blockmap`);
  if (!existsSync(beside)) return { notes: [] };
  try {
    return { map: trustedMap(readBytes(beside, { mostBytes: MOST_BYTES }), beside, image), notes: [] };
  } catch (error) {
    // Not requested; the root alone decides.
    if (error instanceof TrustProblem) return { notes: [`not used: ${error.message}`] };
    throw error;
  }
}

function trustedMap(bytes: Buffer, file: string, { blockMap: { root } }: Image): BlockMap {
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== root) {
    throw new TrustProblem(
      `${file}: not the block map of the signed record: its sha256 is ${digest}, signed is ${root}; fetch it again`,
    );
  }
  return decodeBlockMap(bytes);
}
