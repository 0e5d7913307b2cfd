/** An AMI as anyone sees it through their own credentials, and a copy of its snapshot to read. */
import { hostname } from "node:os";
import { CopySnapshotCommand, DescribeImagesCommand, type Image } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { CloudFailure } from "../failure";
import { wait } from "../retry";
import { ec2Client, stsClient } from "./clients";
import { isRunning } from "../running-process";
import { call, callIfPresent, type Session } from "./session";
import { withTemporary } from "../temporary";
import { awaitCompleted, deleteSnapshot } from "./snapshots";
import { tagList, tagRecord } from "./snapshot-api";

/** `undefined`: it does not exist, or not for these credentials. Deprecated ones are seen when they are named. */
export async function seeImage(session: Session, id: string): Promise<Image | undefined> {
  const found = await callIfPresent(session, `DescribeImages ${id}`, (abortSignal) =>
    ec2Client(session.region).send(new DescribeImagesCommand({ ImageIds: [id] }), { abortSignal }),
  );
  return found?.Images?.[0];
}

/** The 12-digit account of the credentials. */
export async function ownAccount(session: Session): Promise<string> {
  const { Account } = await call(session, "GetCallerIdentity", (abortSignal) =>
    stsClient(session.region).send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  return Account ?? "";
}

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
  const { SnapshotId: copy } = await onceThereIsRoom(session, () =>
    call(session, `CopySnapshot ${snapshotId}`, (abortSignal) =>
      ec2Client(session.region).send(
        new CopySnapshotCommand({
          SourceSnapshotId: snapshotId,
          SourceRegion: session.region,
          Description: `imprimatur verify ${snapshotId}`,
          TagSpecifications: [{ ResourceType: "snapshot", Tags: tagList(tags) }],
        }),
        { abortSignal },
      ),
    ),
  );
  if (!copy)
    throw new CloudFailure("server", `CopySnapshot ${snapshotId} in ${session.region}: no id in the answer`);
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
  const { Snapshots = [] } = await call(session, `DescribeSnapshots of ${TAGS.of}`, (signal) =>
    session.snapshots.describeSnapshots(
      { OwnerIds: ["self"], Filters: [{ Name: `tag:${TAGS.of}`, Values: [snapshotId] }] },
      signal,
    ),
  );
  for (const { SnapshotId: left, Tags, StartTime } of Snapshots) {
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
