/** One snapshot's life outside its bytes: look, wait, tag, delete. */
import type { Snapshot } from "@aws-sdk/client-ec2";
import { CloudFailure, failedWith } from "../failure";
import { throwIfCancelled, wait } from "../retry";
import { call, callIfPresent, type Session } from "./session";
import { tagRecord } from "./snapshot-api";

/**
 * How long "does not exist" is believed to mean "not yet": seen for up to 2 minutes after StartSnapshot
 * (github.com/awslabs/coldsnap/issues/43), with a margin.
 */
const UNSEEN_LIMIT = 5 * 60_000;
/** A deregistered image holds on to its snapshot for a while. */
const IN_USE_LIMIT = 3 * 60_000;
/** Polls start quick, for small disks, and end slow, for the API's rate limits. */
const FIRST_POLL = 250;
const LONGEST_POLL = 10_000;

/** `undefined` when there is none, or none yet. */
export async function describeSnapshot(session: Session, id: string): Promise<Snapshot | undefined> {
  const answer = await callIfPresent(session, `DescribeSnapshots ${id}`, (signal) =>
    session.snapshots.describeSnapshots({ SnapshotIds: [id] }, signal),
  );
  return answer?.Snapshots?.[0];
}

/**
 * Waits until the snapshot is `completed`.
 *
 * @param limit milliseconds to wait in all
 * @throws {CloudFailure} kind `refused` when AWS gave the snapshot up (`error`), `timeout` after `limit`, `absent` when it
 *   cannot be seen at all
 */
export async function awaitCompleted(session: Session, id: string, limit: number): Promise<void> {
  let waited = 0;
  let unseen = 0;
  for (let pace = FIRST_POLL; ; pace = Math.min(LONGEST_POLL, pace * 1.5)) {
    const snapshot = await describeSnapshot(session, id);
    unseen = snapshot ? 0 : unseen + pace;
    if (snapshot?.State === "completed") return;
    if (snapshot?.State === "error") {
      const reason = snapshot.StateMessage ? `: ${snapshot.StateMessage}` : "";
      throw new CloudFailure(
        "refused",
        `snapshot ${id} in ${session.region} ended in state "error"${reason}`,
      );
    }
    if (unseen > UNSEEN_LIMIT) {
      throw new CloudFailure("absent", `snapshot ${id} in ${session.region} does not exist`);
    }
    if (waited > limit) {
      const minutes = Math.round(limit / 60_000);
      throw new CloudFailure(
        "timeout",
        `snapshot ${id} in ${session.region} is still "${snapshot?.State ?? "unseen"}" after ${minutes} minutes`,
        { cure: "all blocks have arrived: run `pulumi up` again to go on waiting" },
      );
    }
    session.status(
      `${id} ${snapshot?.State ?? "not visible yet"}${snapshot?.Progress ? `, ${snapshot.Progress}` : ""}`,
    );
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

/**
 * Deletes a snapshot, finished or not; one that is gone already is fine.
 *
 * @param isNew it was made just now, so that "does not exist" means "not yet"
 * @throws {CloudFailure} `absent` for a new one that nobody ever saw
 */
export async function deleteSnapshot(session: Session, id: string, isNew = false): Promise<void> {
  let waited = 0;
  for (let pace = 1_000; ; pace = Math.min(LONGEST_POLL, pace * 1.5)) {
    throwIfCancelled(session.signal);
    try {
      await call(session, `DeleteSnapshot ${id}`, (signal) => session.snapshots.deleteSnapshot(id, signal));
      return;
    } catch (error) {
      const isUnseen = failedWith(error, "absent");
      if (isUnseen && !isNew) return;
      const limit = isUnseen ? UNSEEN_LIMIT : failedWith(error, "busy") ? IN_USE_LIMIT : 0;
      if (waited >= limit) throw error;
      session.status(`${id} ${isUnseen ? "cannot be seen yet" : "is still in use"}, trying again`);
      await wait(session.policy, pace, session.signal);
      waited += pace;
    }
  }
}

/**
 * Makes `want` true of a snapshot's tags: sets what differs, removes keys of `managed` that are no longer wanted, leaves
 * other people's keys alone.
 */
export async function setTags(
  session: Session,
  id: string,
  managed: readonly string[],
  want: Record<string, string>,
): Promise<void> {
  const snapshot = await describeSnapshot(session, id);
  const have = tagRecord(snapshot?.Tags);
  const set = Object.fromEntries(Object.entries(want).filter(([key, value]) => have[key] !== value));
  const remove = managed.filter((key) => !(key in want) && key in have);
  if (Object.keys(set).length > 0) {
    await call(session, `CreateTags ${id}`, (signal) => session.snapshots.createTags(id, set, signal));
  }
  if (remove.length > 0) {
    await call(session, `DeleteTags ${id}`, (signal) => session.snapshots.deleteTags(id, remove, signal));
  }
}
