/**
 * Reads a completed snapshot back through EBS direct, every block of it, hashed on arrival: memory holds the blocks
 * in flight and 32 bytes for each block read.
 *
 * EBS direct allows 1,000 GetSnapshotBlock a second for one snapshot (github.com/awslabs/coldsnap/pull/451).
 */
import type { Block, ListSnapshotBlocksResponse } from "@aws-sdk/client-ebs";
import { keptDigest } from "../../disk/kept-digest";
import { BLOCK_SIZE } from "../../facts/units";
import { CloudFailure, failedWith } from "../failure";
import { forEachParallel } from "../parallel";
import { Progress } from "../progress";
import { getSnapshotBlock, listSnapshotBlocks } from "./api/blocks";
import type { Session } from "./api/session";
import { retryWhileAbsent } from "./retry-while-absent";

interface ReadBack {
  /** SHA-256 by index of every block that is not all zero. */
  digests: Map<number, Buffer>;
  /** Blocks read, including zero blocks. */
  blocks: number;
  /** Blocks with non-zero bytes beyond the disk's end. */
  beyond: number[];
}

const ZERO_BLOCK = Buffer.alloc(BLOCK_SIZE);
/**
 * Block tokens expire, and throttling can last for an hour: the list is requested again from the current position, up
 * to this many times.
 */
const MOST_LISTINGS = 50;

/**
 * @param size of the raw disk in bytes: everything beyond it must read as zeros
 * @param isThere the snapshot exists: that AWS does not know it is taken for a young one's first minutes. Otherwise
 * only after its first page, whatever endpoint the next request reaches.
 */
export async function readBack(
  session: Session,
  snapshotId: string,
  size: number,
  isThere = false,
): Promise<ReadBack> {
  const progress = new Progress({
    what: `reading ${snapshotId} in ${session.region} back`,
    totalBytes: 0,
    show: (line) => session.status(line),
  });
  const result: ReadBack = { digests: new Map(), blocks: 0, beyond: [] };
  const seen = new Set<number>();
  for (let listing = 1; ; listing++) {
    try {
      await forEachParallel(
        listBlocks(session, snapshotId, seen, isThere),
        session.limit,
        session.signal,
        { bytes: () => BLOCK_SIZE },
        async ({ BlockIndex: index = -1, BlockToken: token = "" }, signal) => {
          const { data, digest } = await retryWhileAbsent({ ...session, signal }, snapshotId, () =>
            getSnapshotBlock(session, snapshotId, { index, token }, signal),
          );
          session.limit.succeeded();
          progress.moved(BLOCK_SIZE);
          seen.add(index);
          result.blocks++;
          if (data.equals(ZERO_BLOCK)) return;
          result.digests.set(index, keptDigest(digest));
          const end = Math.max(0, Math.min(BLOCK_SIZE, size - index * BLOCK_SIZE));
          if (!data.subarray(end).equals(ZERO_BLOCK.subarray(end))) result.beyond.push(index);
        },
      );
      return result;
    } catch (error) {
      if (!tokensExpired(error) || listing >= MOST_LISTINGS) throw error;
    }
  }
}

async function* listBlocks(
  session: Session,
  snapshotId: string,
  seen: ReadonlySet<number>,
  isThere: boolean,
): AsyncGenerator<Block> {
  let next: string | undefined;
  do {
    const ask = () => listSnapshotBlocks(session, snapshotId, next);
    const page: ListSnapshotBlocksResponse =
      isThere || next !== undefined ? await retryWhileAbsent(session, snapshotId, ask) : await ask();
    if (page.BlockSize !== undefined && page.BlockSize !== BLOCK_SIZE) {
      throw new CloudFailure(
        "refused",
        `snapshot ${snapshotId} in ${session.region} has blocks of ${page.BlockSize} bytes`,
      );
    }
    for (const block of page.Blocks ?? []) if (!seen.has(block.BlockIndex ?? -1)) yield block;
    next = page.NextToken || undefined;
  } while (next);
}

function tokensExpired(error: unknown): boolean {
  return (
    failedWith(error, "refused") &&
    /INVALID_BLOCK_TOKEN|INVALID_PAGE_TOKEN|token.*expired/i.test(error.message)
  );
}
