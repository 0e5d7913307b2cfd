import type { Image } from "./image-file";

/** Digests of a raw disk in a signed statement, hex. At least one of `sha256` and `blockMap`. */
export interface DiskDigests {
  readonly sha256?: string;
  readonly sha512?: string;
  /** Root of the block map, of a disk whose SHA-256 was not taken: what `sha256sum` says of its .blockmap file. */
  readonly blockMap?: string;
}

/** Those of 0.1.0, `sha256` and `sha512`, where the disk has them: such a statement stays the same. */
export function digestsOf({
  sha256,
  sha512,
  blockMap,
}: {
  readonly sha256?: string | undefined;
  readonly sha512?: string | undefined;
  readonly blockMap: Pick<Image["blockMap"], "root">;
}): DiskDigests {
  return {
    ...(sha256 !== undefined && { sha256 }),
    ...(sha512 !== undefined && { sha512 }),
    ...(sha256 === undefined && { blockMap: blockMap.root }),
  };
}

/** True if both name the same bytes. */
export function isSameDisk(a: DiskDigests, b: DiskDigests): boolean {
  return a.sha256 === b.sha256 && a.blockMap === b.blockMap;
}
