/** A temporary copy, in the caller's account, of another account's snapshot, for reading it. */
import { hostname } from "node:os";
import { CloudFailure } from "../failure";
import { wait } from "../retry";
import { isRunning } from "../../facts/process";
import type { Session } from "./api/session";
import { copySnapshot, describeSnapshots } from "./api/snapshots";
import { tagFilters, tagRecord } from "./api/tags";
import { withTemporary } from "../temporary";
import { awaitCompleted, deleteSnapshot } from "./snapshots";

/** One day: copying a large snapshot takes hours. */
const COPY_LIMIT = 24 * 3_600_000;

/** Tags of a copy: the source snapshot, and the process that created the copy. */
const TAGS = { source: "imprimatur:verify", by: "imprimatur:verify-by" } as const;

/**
 * Passes `read` a copy with the same bytes: EBS direct does not read snapshots of other accounts. The copy is deleted
 * in every case, and so are copies left by killed runs.
 */
export async function withOwnCopy<T>(
  session: Session,
  snapshotId: string,
  read: (copyId: string) => Promise<T>,
): Promise<T> {
  await deleteLeftCopies(session, snapshotId);
  const tags = { [TAGS.source]: snapshotId, [TAGS.by]: `${hostname()}/${process.pid}` };
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
    // Repeated: copies created seconds before were not visible the first time.
    await deleteLeftCopies(session, snapshotId);
    return seen;
  });
}

/** One hour: the copies in progress complete without action. */
const ROOM_LIMIT = 3_600_000;
const ROOM_POLL = 15_000;

/**
 * Waits while the account is at its limit of concurrent snapshot copies into the region: "Too many snapshot copies in
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

/** Left copies are not reused, because their content is unverified. Those that another run is reading stay. */
async function deleteLeftCopies(session: Session, snapshotId: string): Promise<void> {
  const copies = await describeSnapshots(session, { own: tagFilters({ [TAGS.source]: snapshotId }) });
  for (const { SnapshotId: left, Tags, StartTime } of copies) {
    if (left === undefined || isInUse(tagRecord(Tags)[TAGS.by], StartTime)) continue;
    session.status(`deleting ${left}, which a killed run left`);
    await deleteSnapshot(session, left);
  }
}

/** For a process on another machine only the copy's age is available. */
function isInUse(by: string | undefined, startedAt: Date | undefined): boolean {
  const [host, pid] = by?.split("/") ?? [];
  if (host !== undefined && host !== hostname())
    return Date.now() - Number(startedAt ?? new Date()) < COPY_LIMIT;
  return host !== undefined && isRunning(Number(pid));
}
