/**
 * Sends a disk's data blocks into a pending snapshot, and completes it.
 *
 * Limits of EBS direct (AWS documentation, "EBS direct APIs quotas"): blocks of exactly 524,288 bytes; 1,000
 * PutSnapshotBlock a second for one snapshot. Zero blocks are left out: a volume made from the snapshot reads zeros.
 */
import { type ArrivedGroup, arrivedGroup, arrivedIndices, linearChecksum, untrueGroups } from "../arrived";
import { BLOCK_SIZE } from "../../disk/block-map";
import type { HashedBlock } from "../../disk/blocks";
import { cacheFolder } from "../cache";
import { CloudFailure, failedWith } from "../failure";
import { Journal } from "../journal";
import { forEachParallel } from "../parallel";
import { Progress } from "../progress";
import { throwIfCancelled } from "../retry";
import { call, type Session } from "./session";

export interface Upload {
  snapshotId: string;
  /** Data blocks that the disk is known to have. */
  dataBlocks: number;
  /** What earlier runs are known to have sent. */
  arrived: readonly ArrivedGroup[];
  journalFolder?: string;
}

/** Sums over what was read; the caller compares them with what `inspect` saw. */
export interface Sent {
  /** SHA-256 of every data block, by index. */
  digests: Map<number, Buffer>;
  /** Blocks sent by this run. */
  sent: number;
}

/** The upload stopped, and this is what AWS holds. */
export class UploadInterrupted extends Error {
  override name = "UploadInterrupted";
  constructor(
    readonly failure: unknown,
    readonly arrived: ArrivedGroup[],
  ) {
    super(failure instanceof Error ? failure.message : String(failure));
  }
}

/**
 * Reads the disk once and sends what has not arrived yet.
 *
 * @throws {UploadInterrupted} with what arrived, also when stopped by the user or when the disk cannot be read
 */
export async function sendBlocks(
  session: Session,
  upload: Upload,
  disk: AsyncIterable<HashedBlock>,
): Promise<Sent> {
  const { snapshotId } = upload;
  const journal = openJournal(session, upload);
  const before = arrivedIndices(upload.arrived);
  const progress = new Progress({
    verb: `uploading to ${snapshotId} in ${session.region}:`,
    totalBytes: upload.dataBlocks * BLOCK_SIZE,
    show: (line) => session.status(line),
  });
  const digests = new Map<number, Buffer>();
  const arrivedNow = new Map<number, Buffer>();
  let sent = 0;

  async function* hashed() {
    for await (const { index, data, sha256: digest } of disk) {
      throwIfCancelled(session.signal);
      digests.set(index, digest);
      const journaled = journal.has(index, digest);
      if (journaled) arrivedNow.set(index, digest);
      // A block that the journal knows with other bytes must be sent again, whatever the state says.
      const arrived = journaled || (before.has(index) && !journal.knows(index));
      if (arrived) progress.skipped(BLOCK_SIZE);
      else yield { index, data, digest };
    }
  }

  try {
    await forEachParallel(
      hashed(),
      session.limit,
      session.signal,
      async ({ index, data, digest }, signal) => {
        await putBlock(session, snapshotId, index, data, digest, signal);
        journal.add(index, digest);
        arrivedNow.set(index, digest);
        sent++;
        session.limit.succeeded();
        progress.moved(BLOCK_SIZE);
      },
    );
  } catch (error) {
    const fresh = new Map([...arrivedNow].filter(([index]) => !before.has(index)));
    throw new UploadInterrupted(error, [...upload.arrived, ...arrivedGroup(fresh)]);
  } finally {
    journal.close();
  }

  const untrue = untrueGroups(upload.arrived, digests);
  if (untrue.length > 0) {
    const kept = upload.arrived.filter((group) => !untrue.includes(group));
    throw new UploadInterrupted(
      new CloudFailure(
        "refused",
        "the disk is not the one that an earlier run began to upload; run `pulumi up` again",
      ),
      [...kept, ...arrivedGroup(arrivedNow)],
    );
  }
  return { digests, sent };
}

/**
 * Seals the snapshot. AWS compares count and checksum with what it holds.
 *
 * @throws {UploadInterrupted} with nothing arrived, when AWS holds other blocks than it should: all is sent again
 */
export async function completeSnapshot(session: Session, upload: Upload, { digests }: Sent): Promise<void> {
  const { snapshotId } = upload;
  const checksum = linearChecksum(digests);
  session.status(`completing ${snapshotId} in ${session.region}, ${digests.size} blocks`);
  try {
    await call(session, `CompleteSnapshot ${snapshotId}`, (signal) =>
      session.blocks.completeSnapshot(
        {
          SnapshotId: snapshotId,
          ChangedBlocksCount: digests.size,
          Checksum: checksum.toString("base64"),
          ChecksumAlgorithm: "SHA256",
          ChecksumAggregationMethod: "LINEAR",
        },
        signal,
      ),
    );
  } catch (error) {
    if (!failedWith(error, "refused"))
      throw new UploadInterrupted(error, [...upload.arrived, ...arrivedGroup(digests)]);
    forgetUpload(session, upload);
    throw new UploadInterrupted(error, []);
  }
  const journal = openJournal(session, upload);
  journal.seal(checksum);
  journal.close();
}

/** True when an earlier run on this machine completed the snapshot: nothing is left but to wait. */
export function isSealed(session: Session, upload: Upload): boolean {
  const journal = openJournal(session, upload);
  journal.close();
  return journal.sealed;
}

/** The upload is over, one way or the other: its journal is of no use any more. */
export function forgetUpload(session: Session, upload: Upload): void {
  openJournal(session, upload).remove();
}

/** True when the failure says that the snapshot is not there (any more). */
export function snapshotIsGone(error: unknown): boolean {
  return failedWith(error instanceof UploadInterrupted ? error.failure : error, "absent");
}

async function putBlock(
  session: Session,
  snapshotId: string,
  index: number,
  data: Buffer,
  digest: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const checksum = digest.toString("base64");
  const what = `PutSnapshotBlock ${snapshotId}, block ${index}`;
  const put = (inner: AbortSignal) =>
    session.blocks.putSnapshotBlock(
      {
        SnapshotId: snapshotId,
        BlockIndex: index,
        BlockData: data,
        DataLength: BLOCK_SIZE,
        Checksum: checksum,
        ChecksumAlgorithm: "SHA256",
      },
      inner,
    );
  const answer = await call(session, what, put, signal);
  if (answer.Checksum !== undefined && answer.Checksum !== checksum) {
    throw new CloudFailure("refused", `${what} in ${session.region}: AWS stored other bytes than were sent`);
  }
}

function openJournal(session: Session, { journalFolder, snapshotId }: Upload): Journal {
  return Journal.open(journalFolder ?? cacheFolder("uploads"), `${session.region}.${snapshotId}`);
}
