/** A copy of one's own of somebody's snapshot, to read it. */
import { hostname } from "node:os";
import { CloudFailure } from "../failure";
import { wait } from "../retry";
import { isRunning } from "../running-process";
import type { Session } from "./api/session";
import { copySnapshot, describeSnapshots } from "./api/snapshots";
import { tagFilters, tagRecord } from "./api/tags";
import { withTemporary } from "../temporary";
import { awaitCompleted, deleteSnapshot } from "./snapshots";

/** A day: large snapshots are copied for hours. */
const COPY_LIMIT = 24 * 3_600_000;

/** On a copy: the snapshot that it is of, and the process that made it. */
const TAGS = { of: "imprimatur:verify", by: "imprimatur:verify-by" } as const;

/**
 * Gives `read` a snapshot of one's own with the same bytes: EBS direct does not read other people's. The copy is deleted
 * whatever happens, and so is one that a killed run left.
 */
export async function withOwnCopy<T>(
  session: Session,
  snapshotId: string,
  read: (copyId: string) => Promise<T>,
): Promise<T> {
  await deleteLeftCopies(session, snapshotId);
  const tags = { [TAGS.of]: snapshotId, [TAGS.by]: `${hostname()}/${process.pid}` };
  const description = `imprimatur verify ${snapshotId}`;
  const copy = await onceThereIsRoom(session, () => copySnapshot(session, snapshotId, { description, tags }));
  let isNew = true;
  const temporary = {
    what: `snapshot ${copy} in ${session.region}`,
    cure: `delete it: aws ec2 delete-snapshot --region ${session.region} --snapshot-id ${copy}`,
    remove: () => deleteSnapshot({ ...session, signal: new AbortController().signal }, copy, isNew),
  };
  return withTemporary(temporary, async () => {
    await awaitCompleted(session, copy, COPY_LIMIT);
    isNew = false;
    const seen = await read(copy);
    // Once more: what was left seconds ago could not be seen then.
    await deleteLeftCopies(session, snapshotId);
    return seen;
  });
}

/** An hour: copies that are under way end by themselves. */
const ROOM_LIMIT = 3_600_000;
const ROOM_POLL = 15_000;

/**
 * Waits while the account has as many snapshot copies under way into the region as it may: "Too many snapshot copies in
 * progress. The limit is 5 for this destination region." (ResourceLimitExceeded;
 * github.com/aws-samples/copy-encrypted-ami/issues/3, 2018-11-05).
 */
export async function onceThereIsRoom<T>(session: Session, attempt: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += ROOM_POLL) {
    try {
      return await attempt();
    } catch (error) {
      const isFull =
        error instanceof CloudFailure &&
        error.code === "ResourceLimitExceeded" &&
        /snapshot copies in progress/i.test(error.message);
      if (!isFull || waited >= ROOM_LIMIT) throw error;
      session.status("as many snapshot copies are under way as the account may have; waiting for one to end");
      await wait(session.policy, ROOM_POLL, session.signal);
    }
  }
}

/** Not used: what it holds is not known. Nor is one that another run reads now. */
async function deleteLeftCopies(session: Session, snapshotId: string): Promise<void> {
  const copies = await describeSnapshots(session, { own: tagFilters({ [TAGS.of]: snapshotId }) });
  for (const { SnapshotId: left, Tags, StartTime } of copies) {
    if (left === undefined || isInUse(tagRecord(Tags)[TAGS.by], StartTime)) continue;
    session.status(`deleting ${left}, which a killed run left`);
    await deleteSnapshot(session, left);
  }
}

/** Of another machine's process only its age says something. */
function isInUse(by: string | undefined, startedAt: Date | undefined): boolean {
  const [host, pid] = by?.split("/") ?? [];
  if (host !== undefined && host !== hostname())
    return Date.now() - Number(startedAt ?? new Date()) < COPY_LIMIT;
  return host !== undefined && isRunning(Number(pid));
}
