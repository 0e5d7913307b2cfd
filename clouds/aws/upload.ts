/**
 * Sends a disk's data blocks into a pending snapshot, and completes it.
 *
 * Limits of EBS direct (AWS documentation, "EBS direct APIs quotas"): blocks of exactly 524,288 bytes; 1,000
 * PutSnapshotBlock a second for one snapshot. Zero blocks are omitted: a volume made from the snapshot reads zeros.
 */
import { type CheckpointGroup, checkpointGroup, linearChecksum } from "../upload-checkpoint";
import type { HashedBlock } from "../../disk/blocks";
import { cacheFolder } from "../cache";
import { failedWith } from "../failure";
import { Journal } from "../journal";
import { sendBlocks, type Sent, UploadInterrupted } from "../send-blocks";
import { completeSnapshot as requestCompletion, putSnapshotBlock } from "./api/blocks";
import type { Session } from "./api/session";

export interface Upload {
  snapshotId: string;
  /** The disk's number of data blocks. */
  dataBlocks: number;
  /** Checkpoint of earlier runs: groups of blocks already sent. */
  arrived: readonly CheckpointGroup[];
  journalFolder?: string;
}

/**
 * Reads the disk once and sends the blocks that have not arrived yet.
 *
 * @throws {UploadInterrupted} with the groups that arrived, also after cancellation or if the disk cannot be read
 */
export function fillSnapshot(
  session: Session,
  upload: Upload,
  disk: AsyncIterable<HashedBlock>,
): Promise<Sent> {
  const { snapshotId, dataBlocks, arrived } = upload;
  const { limit, signal } = session;
  return sendBlocks(
    {
      what: `uploading to ${snapshotId} in ${session.region}`,
      dataBlocks,
      arrived,
      journal: openJournal(session, upload),
      limit,
      signal,
      status: (line) => session.status(line),
      put: async (blocks, inner) => {
        for (const block of blocks) await putSnapshotBlock(session, snapshotId, block, inner);
      },
    },
    disk,
  );
}

/**
 * Completes the snapshot. AWS compares count and checksum with its own later; on a mismatch the snapshot enters
 * `error`.
 *
 * @throws {UploadInterrupted} with no groups, if AWS refuses the request itself: everything is sent again
 */
export async function completeSnapshot(session: Session, upload: Upload, { digests }: Sent): Promise<void> {
  const { snapshotId } = upload;
  const checksum = linearChecksum(digests);
  session.status(`completing ${snapshotId} in ${session.region}, ${digests.size} blocks`);
  try {
    await requestCompletion(session, snapshotId, { blocks: digests.size, checksum });
  } catch (error) {
    if (!failedWith(error, "refused"))
      throw new UploadInterrupted(error, [...upload.arrived, ...checkpointGroup(digests)]);
    forgetUpload(session, upload);
    throw new UploadInterrupted(error, []);
  }
  const journal = openJournal(session, upload);
  journal.seal(checksum);
  journal.close();
}

/** True if an earlier run on this machine completed the snapshot: it only remains to wait. */
export function isSealed(session: Session, upload: Upload): boolean {
  const journal = openJournal(session, upload);
  journal.close();
  return journal.sealed;
}

/** The upload has ended, in success or failure: its journal is no longer needed. */
export function forgetUpload(session: Session, upload: Upload): void {
  openJournal(session, upload).remove();
}

/** True if the failure means that the snapshot does not exist (any more). */
export function snapshotIsGone(error: unknown): boolean {
  return failedWith(error instanceof UploadInterrupted ? error.failure : error, "absent");
}

function openJournal(session: Session, { journalFolder, snapshotId }: Upload): Journal {
  return Journal.open(journalFolder ?? cacheFolder("uploads"), `${session.region}.${snapshotId}`);
}
