/**
 * Blocks that arrived before an upload stopped, as stored in the engine's state: compact, and verified before use.
 *
 * Each interrupted run leaves one group. The digests themselves would take 64 characters per block; a checksum over
 * them in index order suffices to verify, after reading the disk again, that the same blocks were sent.
 */
import { createHash } from "node:crypto";
import { formatRanges, parseRanges } from "./ranges";

export interface CheckpointGroup {
  /** Block indices: `0-511,600`. */
  blocks: string;
  /** SHA-256 over the blocks' SHA-256 digests in index order, hex. */
  checksum: string;
}

type Digests = ReadonlyMap<number, Buffer>;

export function checkpointGroup(digests: Digests): CheckpointGroup[] {
  if (digests.size === 0) return [];
  return [{ blocks: formatRanges(digests.keys()), checksum: linearChecksum(digests).toString("hex") }];
}

/** Block indices of all groups. */
export function checkpointIndices(groups: readonly CheckpointGroup[]): Set<number> {
  return new Set(groups.flatMap(({ blocks }) => [...parseRanges(blocks)]));
}

/** Groups whose blocks differ from the disk's. */
export function staleGroups(groups: readonly CheckpointGroup[], disk: Digests): CheckpointGroup[] {
  return groups.filter(({ blocks, checksum }) => {
    const digests = new Map<number, Buffer>();
    for (const index of parseRanges(blocks)) {
      const digest = disk.get(index);
      if (!digest) return true;
      digests.set(index, digest);
    }
    return linearChecksum(digests).toString("hex") !== checksum;
  });
}

/** EBS's LINEAR aggregation: SHA-256 over the blocks' raw digests in index order. */
export function linearChecksum(digests: Digests): Buffer {
  const hash = createHash("sha256");
  for (const index of [...digests.keys()].sort((a, b) => a - b)) hash.update(digests.get(index) as Buffer);
  return hash.digest();
}
