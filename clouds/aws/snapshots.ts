/** One snapshot's life outside its bytes: look, wait, tag, delete. */
import type { Snapshot } from "@aws-sdk/client-ec2";
import { CloudFailure, failedWith } from "../failure";
import { throwIfCancelled, wait } from "../retry";
import { retryWhileAbsent, ABSENT_LIMIT } from "./retry-while-absent";
import { ifPresent, type Session } from "./api/session";
import { createTags, deleteTags, describeSnapshots, requestDeletion } from "./api/snapshots";
import { tagRecord } from "./api/tags";

/**
 * Looks in a row that must find it completed: between two of them an endpoint may answer that does not know it yet, and
 * whoever goes on from here (RegisterImage of the native resource) does not ask twice. coldsnap wants as many
 * (`SnapshotWaiter`, src/wait.rs, read 2026-11).
 */
const LOOKS_IN_A_ROW = 3;
/** A deregistered image holds on to its snapshot for a while. */
const IN_USE_LIMIT = 3 * 60_000;
/** Polls start quick, for small disks, and end slow, for the API's rate limits. */
const FIRST_POLL = 250;
const LONGEST_POLL = 10_000;

/** `undefined` when there is none, or none yet. */
export async function describeSnapshot(session: Session, id: string): Promise<Snapshot | undefined> {
  return (await ifPresent(describeSnapshots(session, { ids: [id] })))?.[0];
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
  let completed = 0;
  for (let pace = FIRST_POLL; ; pace = Math.min(LONGEST_POLL, pace * 1.5)) {
    const snapshot = await describeSnapshot(session, id);
    unseen = snapshot ? 0 : unseen + pace;
    completed = snapshot?.State === "completed" ? completed + 1 : 0;
    if (completed >= LOOKS_IN_A_ROW) return;
    if (snapshot?.State === "error") {
      const reason = snapshot.StateMessage ? `: ${snapshot.StateMessage}` : "";
      throw new CloudFailure(
        "refused",
        `snapshot ${id} in ${session.region} ended in state "error"${reason}`,
      );
    }
    if (unseen > ABSENT_LIMIT) {
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
      await requestDeletion(session, id);
      return;
    } catch (error) {
      const isUnseen = failedWith(error, "absent");
      // Another endpoint may know better of a young one.
      if (isUnseen && !isNew && (await describeSnapshot(session, id)) === undefined) return;
      const limit = isUnseen ? ABSENT_LIMIT : failedWith(error, "busy") ? IN_USE_LIMIT : 0;
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
    await retryWhileAbsent(session, id, () => createTags(session, id, set));
  }
  if (remove.length > 0) await removeTags(session, id, remove);
}

/** @throws {CloudFailure} kind `absent` when the snapshot stays unseen */
export async function removeTags(session: Session, id: string, keys: readonly string[]): Promise<void> {
  await retryWhileAbsent(session, id, () => deleteTags(session, id, keys));
}
