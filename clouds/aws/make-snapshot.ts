/** Turns a raw disk into a completed snapshot: find or start it, fill, check, complete, claim. */
import type { Snapshot } from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import { type CheckpointGroup, checkpointGroup } from "../upload-checkpoint";
import type { HashedBlock } from "../../disk/blocks";
import { failedWith } from "../failure";
import { type Sent, UploadInterrupted } from "../send-blocks";
import type { Session } from "./api/session";
import { tagRecord } from "./api/tags";
import { awaitCompleted, deleteSnapshot, describeSnapshot, removeTags } from "./snapshots";
import { type BegunSnapshot, findUnfinished, type SnapshotPlan, startSnapshot } from "./start";
import {
  completeSnapshot,
  fillSnapshot,
  forgetUpload,
  isSealed,
  snapshotIsGone,
  type Upload,
} from "./upload";

/** The disk to send, with the results of its inspection. */
export interface DiskToSend {
  /** Data blocks that `inspect` counted. */
  dataBlocks: number;
  /** Finds and opens the raw disk. Throws if it is missing or its size differs. Called before the first byte. */
  open(): AsyncIterable<HashedBlock>;
  /** Throws, with the cure, if these blocks are not those of the inspected disk. */
  check(sent: Sent): void;
}

/** A failure that leaves a snapshot behind, whose id must be kept. */
export class SnapshotUnfinished extends Error {
  override name = "SnapshotUnfinished";
  constructor(
    message: string,
    readonly snapshotId: string,
    readonly arrived: CheckpointGroup[],
    /** The snapshot was deleted or has failed: it can only be replaced. */
    readonly lost = false,
  ) {
    super(message);
  }
}

export interface MakeOptions {
  /** Milliseconds to wait for `completed` after the last block. */
  waitLimit: number;
  journalFolder?: string;
}

/** StartSnapshot may return ids of deleted snapshots: the maximum number to skip. */
const MOST_DEAD = 32;

/**
 * Creates the snapshot, or finishes the one of an interrupted run.
 *
 * @returns its id
 * @throws {SnapshotUnfinished} if a partial snapshot exists; any other error means that nothing is left behind
 */
export async function makeSnapshot(
  session: Session,
  plan: SnapshotPlan,
  disk: DiskToSend,
  options: MakeOptions,
): Promise<string> {
  const dead = new Set<string>();
  for (;;) {
    let begun: BegunSnapshot | undefined = await findUnfinished(session, plan, dead);
    if (!begun) {
      // Opens the disk before anything is created.
      disk.open();
      begun = await startSnapshot(session, plan, dead);
    }
    try {
      await fill(session, begun, disk, [], options);
      return begun.id;
    } catch (error) {
      if (!(error instanceof SnapshotUnfinished && error.lost)) throw error;
      if (!snapshotIsGone(error.cause) || dead.size >= MOST_DEAD) {
        throw new Error(`${error.message}${await discard(session, begun.id)}`, { cause: error });
      }
      // Deleted earlier, or (rarely) so new that it is not visible yet: deleting it again leaves nothing behind.
      dead.add(begun.id);
      await deleteSnapshot(session, begun.id);
    }
  }
}

/** Deletes a snapshot that no state will refer to. @returns text to append to the message if the deletion fails */
async function discard(session: Session, id: string): Promise<string> {
  try {
    await deleteSnapshot(session, id);
    return "";
  } catch (error) {
    return ` (it could not be deleted: ${error instanceof Error ? error.message : String(error)})`;
  }
}

/**
 * Finishes a snapshot whose id is in the engine's state.
 *
 * @throws {SnapshotUnfinished} if it is still unfinished, or (`lost`) cannot be finished
 */
export async function finishSnapshot(
  session: Session,
  snapshotId: string,
  disk: DiskToSend,
  arrived: readonly CheckpointGroup[],
  options: MakeOptions,
): Promise<void> {
  const seen = await describeSnapshot(session, snapshotId);
  if (seen?.State === "error") {
    throw lostSnapshot(session, snapshotId, endedByAws(seen));
  }
  // Invisible does not mean absent: a new snapshot is not visible yet. The first block will show it.
  const state = seen?.State === "completed" ? "completed" : "pending";
  try {
    await fill(session, { id: snapshotId, state }, disk, arrived, options);
  } catch (error) {
    const gone = error instanceof SnapshotUnfinished && error.lost && snapshotIsGone(error.cause);
    throw gone ? lostSnapshot(session, snapshotId, "is gone") : error;
  }
}

function lostSnapshot(session: Session, id: string, how: string): SnapshotUnfinished {
  const message = `the unfinished snapshot ${id} in ${session.region} ${how}; run \`pulumi up\` again: a new one is made and every block is sent to it`;
  return new SnapshotUnfinished(message, id, [], true);
}

async function fill(
  session: Session,
  { id, state }: BegunSnapshot,
  disk: DiskToSend,
  arrived: readonly CheckpointGroup[],
  { waitLimit, journalFolder }: MakeOptions,
): Promise<void> {
  const upload: Upload = { snapshotId: id, dataBlocks: disk.dataBlocks, arrived, journalFolder };
  let known: readonly CheckpointGroup[] = arrived;
  try {
    if (state === "pending" && !isSealed(session, upload)) {
      const sent = await fillSnapshot(session, upload, disk.open());
      known = [...arrived, ...checkpointGroup(sent.digests)];
      await refuseOtherDisk(session, upload, disk, sent);
      await completeSnapshot(session, upload, sent);
    }
    await awaitCompleted(session, id, waitLimit);
    await claim(session, id);
    forgetUpload(session, upload);
  } catch (error) {
    if (error instanceof SnapshotUnfinished) throw error;
    const end = await endAfterRefusal(session, id, error);
    if (end?.State === "completed") {
      await claim(session, id);
      return;
    }
    if (end) {
      forgetUpload(session, upload);
      throw lostSnapshot(session, id, endedByAws(end));
    }
    if (error instanceof UploadInterrupted) known = error.arrived;
    const failure = error instanceof UploadInterrupted ? error.failure : error;
    const lost = snapshotIsGone(failure);
    const message = failure instanceof Error ? failure.message : String(failure);
    const unfinished = new SnapshotUnfinished(message, id, lost ? [] : [...known], lost);
    unfinished.cause = failure;
    throw unfinished;
  }
}

/** A snapshot with bytes other than the inspected ones is never completed, and not left pending either. */
async function refuseOtherDisk(
  session: Session,
  upload: Upload,
  disk: DiskToSend,
  sent: Sent,
): Promise<void> {
  try {
    disk.check(sent);
  } catch (error) {
    forgetUpload(session, upload);
    await deleteSnapshot(session, upload.snapshotId);
    const message = error instanceof Error ? error.message : String(error);
    throw new SnapshotUnfinished(message, upload.snapshotId, [], true);
  }
}

/** From here on the snapshot belongs to the engine's state; see start.ts. */
async function claim(session: Session, id: string): Promise<void> {
  await removeTags(session, id, [TAG.upload]);
}

/**
 * The end state of the snapshot, if a refusal indicates one.
 *
 * - `completed`: by an earlier run whose journal was lost. Writing to it is refused, and it is complete, because no
 *   snapshot is completed before its bytes were checked.
 * - `error`: AWS holds other blocks than it was told. CompleteSnapshot accepts a wrong count or checksum like a
 *   correct one, and the snapshot enters this state within minutes (recorded by a public Go test suite of EBS direct,
 *   read 2026-11-28).
 */
async function endAfterRefusal(session: Session, id: string, error: unknown): Promise<Snapshot | undefined> {
  const failure = error instanceof UploadInterrupted ? error.failure : error;
  if (!failedWith(failure, "refused", "busy")) return undefined;
  const seen = await describeSnapshot(session, id);
  if (seen?.State === "error") return seen;
  return seen?.State === "completed" && TAG.upload in tagRecord(seen.Tags) ? seen : undefined;
}

function endedByAws({ StateMessage }: Snapshot): string {
  const reason =
    StateMessage ?? "it gives no reason: the blocks that it holds may not be those that were sent";
  return `was ended by AWS (${reason.replace(/\.$/, "")})`;
}
