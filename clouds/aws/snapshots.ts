/** Operations on one snapshot other than writing its bytes: describe, wait, tag, delete. */
import type { Snapshot } from "@aws-sdk/client-ec2";
import { CloudFailure, failedWith } from "../failure";
import { throwIfCancelled, wait } from "../retry";
import { retryWhileAbsent, ABSENT_LIMIT } from "./retry-while-absent";
import { ifPresent, type Session } from "./api/session";
import { createTags, deleteTags, describeSnapshots, requestDeletion } from "./api/snapshots";
import { tagRecord } from "./api/tags";

/**
 * Consecutive reads that must show it completed: an endpoint that does not know it yet may respond between two reads, and the
 * next user of the snapshot (RegisterImage of the native resource) does not retry. coldsnap requires as many
 * (`SnapshotWaiter`, src/wait.rs, read 2026-11).
 */
const LOOKS_IN_A_ROW = 3;
/** A deregistered image keeps its snapshot in use for a while. */
const IN_USE_LIMIT = 3 * 60_000;
/** Polling starts fast, for small disks, and slows down, for the API's rate limits. */
const FIRST_POLL = 250;
const LONGEST_POLL = 10_000;

/** `undefined`: there is none, or it is not visible yet. */
export async function describeSnapshot(session: Session, id: string): Promise<Snapshot | undefined> {
  return (await ifPresent(describeSnapshots(session, { ids: [id] })))?.[0];
}

/**
 * Waits until the snapshot is `completed`.
 *
 * @param limit total milliseconds to wait
 * @throws {CloudFailure} kind `refused` if the snapshot has failed (`error`), `timeout` after `limit`, `absent` if it
 * is not visible at all
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
      `${snapshot?.Progress ? `${snapshot.Progress.replace("%", " %")}, ` : ""}${snapshot?.State ?? "not visible yet"}: ${id} in ${session.region}`,
    );
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

/**
 * Deletes a snapshot, finished or not; an absent one is accepted.
 *
 * @param isNew it was created just now, so "does not exist" means "not visible yet"
 * @throws {CloudFailure} `absent` for a new one that never became visible
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
      // Another endpoint may already know a recently created one.
      if (isUnseen && !isNew && (await describeSnapshot(session, id)) === undefined) return;
      const limit = isUnseen ? ABSENT_LIMIT : failedWith(error, "busy") ? IN_USE_LIMIT : 0;
      if (waited >= limit) throw error;
      session.status(`${id} ${isUnseen ? "cannot be seen yet" : "is still in use"}, trying again`);
      await wait(session.policy, pace, session.signal);
      waited += pace;
    }
  }
}

/** Sets the tags of `want`, removes keys of `managed` that are no longer wanted, and leaves all other keys alone. */
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

/** @throws {CloudFailure} kind `absent` if the snapshot stays invisible */
export async function removeTags(session: Session, id: string, keys: readonly string[]): Promise<void> {
  await retryWhileAbsent(session, id, () => deleteTags(session, id, keys));
}
