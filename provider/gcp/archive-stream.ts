/** A raw disk as an archive for Compute Engine, hashed on the way: the disk is read once. */
import { createHash } from "node:crypto";
import { BLOCK_SIZE, GIB } from "../../facts/units";
import { Disk } from "../../disk/disk";
import { isZero } from "../../disk/extent";
import { gzip } from "../../disk/gzip";
import { keptDigest } from "../../disk/kept-digest";
import { allocatedBlocks, sparseTar } from "../../disk/sparse-tar";
import { checkInspected, type InspectedDisk } from "../disk-blocks";
import { findRawDisk } from "../raw-disk";

/**
 * The archive, deterministic: gzip of a sparse tar, padded with a hole to whole GiB.
 *
 * @throws one line with the cure, at once: missing, truncated; at the end, before the last bytes are handed over: not
 *   the inspected disk
 */
export function openArchive(inputs: InspectedDisk): AsyncIterable<Buffer> {
  const found = findRawDisk(inputs);
  return (async function* () {
    const disk = await Disk.open(found.path, { name: found.name });
    try {
      const dataBlocks = [...allocatedBlocks(disk)];
      const size = Math.ceil(disk.size / GIB) * GIB;
      const digests = new Map<number, Buffer>();
      const tar = hashed(sparseTar(disk, { size, dataBlocks }), disk.size, dataBlocks, digests);
      let held: Buffer | undefined;
      for await (const piece of gzip(tar)) {
        if (held) yield held;
        held = piece;
      }
      await disk.assertUnchanged();
      checkInspected(inputs, digests);
      if (held) yield held;
    } finally {
      await disk.close();
    }
  })();
}

/**
 * Passes the tar on and hashes its blocks. Between header and end the tar consists of the named blocks in sequence,
 * whatever the pieces; only the disk's last block may be short.
 */
async function* hashed(
  tar: AsyncIterable<Buffer>,
  size: number,
  blocks: readonly number[],
  digests: Map<number, Buffer>,
): AsyncGenerator<Buffer> {
  const block = Buffer.alloc(BLOCK_SIZE);
  let filled = 0;
  let next = 0;
  let header = true;
  for await (const piece of tar) {
    for (let at = 0; !header && at < piece.length && next < blocks.length;) {
      const index = blocks[next] as number;
      const length = Math.min(BLOCK_SIZE, size - index * BLOCK_SIZE);
      const copied = piece.copy(block, filled, at, at + length - filled);
      at += copied;
      filled += copied;
      if (filled < length) continue;
      block.fill(0, length);
      if (!isZero(block)) digests.set(index, keptDigest(createHash("sha256").update(block).digest()));
      filled = 0;
      next++;
    }
    header = false;
    yield piece;
  }
}
