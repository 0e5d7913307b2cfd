/**
 * Finds the snapshot that an interrupted run left unfinished, or starts a new one.
 *
 * Two marks make an unfinished snapshot findable when even its id was lost (the process was killed before the engine
 * saved anything):
 *
 * - the tag {@link TAG.upload}, set in the call that creates the snapshot and removed just before its id is handed to the
 *   engine. A snapshot that has it belongs to no saved state, so it may be taken over; one that lacks it belongs to
 *   somebody and never is. Otherwise a forced replacement would take over the very snapshot that it deletes afterwards.
 * - the client token, made from who asks for which bytes. It closes the gap in which a new snapshot cannot be seen in
 *   DescribeSnapshots yet, up to 2 minutes (github.com/awslabs/coldsnap/issues/43).
 */
import { createHash, randomUUID } from "node:crypto";
import { TAG } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { failedWith } from "../failure";
import { startSnapshot as requestStart } from "./api/blocks";
import type { Session } from "./api/session";
import { describeSnapshots } from "./api/snapshots";
import { tagRecord } from "./api/tags";
import { describeSnapshot } from "./snapshots";

/** The snapshot wanted. */
export interface SnapshotPlan {
  /** Who asks, unique in the account: the resource's URN. */
  owner: string;
  /** SHA-256 of the whole raw disk, hex. */
  sha256: string;
  /** Size of the raw disk in bytes. */
  size: number;
  description: string;
  tags: Record<string, string>;
}

export interface BegunSnapshot {
  id: string;
  /** `completed`: every block is there already. */
  state: "pending" | "completed";
}

/**
 * Minutes without a block after which AWS ends an unfinished snapshot: three days, the longest that it allows, so that an
 * upload that failed on Friday night can be resumed on Monday.
 */
const TIMEOUT_MINUTES = 4320;
/**
 * Snapshots that were made with a token and deleted since are answered by StartSnapshot again: skip that many, then
 * use a random token.
 */
const GENERATIONS = 16;

/** GiB of a volume that holds `size` bytes. */
export function volumeSizeFor(size: number): number {
  return Math.max(1, Math.ceil(size / GIB));
}

/** The value of {@link TAG.upload}, and the stem of the client tokens. */
export function uploadMark(plan: SnapshotPlan): string {
  return createHash("sha256")
    .update(`${plan.owner}\n${plan.sha256}\n${plan.size}`)
    .digest("hex")
    .slice(0, 40);
}

/** @param dead ids that turned out to be deleted, though StartSnapshot answers them */
export async function startSnapshot(
  session: Session,
  plan: SnapshotPlan,
  dead: ReadonlySet<string>,
): Promise<BegunSnapshot> {
  const mark = uploadMark(plan);
  for (let generation = 0; ; generation++) {
    const token = generation < GENERATIONS ? `${mark}-${generation}` : randomUUID();
    const begun = await startWith(session, plan, token, dead);
    if (begun) return begun;
  }
}

/** What an earlier run made and could not hand to the engine, if anything. */
export async function findUnfinished(
  session: Session,
  plan: SnapshotPlan,
  dead: ReadonlySet<string>,
): Promise<BegunSnapshot | undefined> {
  const mark = { Name: `tag:${TAG.upload}`, Values: [uploadMark(plan)] };
  const usable = (await describeSnapshots(session, { own: [mark] }))
    .filter(
      ({ SnapshotId = "", State }) => (State === "pending" || State === "completed") && !dead.has(SnapshotId),
    )
    .sort((a, b) => Number(b.StartTime) - Number(a.StartTime));
  const newest = usable[0];
  if (!newest?.SnapshotId) return undefined;
  const state = newest.State === "completed" ? "completed" : "pending";
  return { id: newest.SnapshotId, state };
}

/** `undefined`: the token stands for a snapshot that cannot be used. */
async function startWith(
  session: Session,
  plan: SnapshotPlan,
  token: string,
  dead: ReadonlySet<string>,
): Promise<BegunSnapshot | undefined> {
  const tags = { ...plan.tags, [TAG.upload]: uploadMark(plan) };
  let id;
  try {
    id = await requestStart(session, {
      volumeSize: volumeSizeFor(plan.size),
      description: plan.description,
      tags,
      clientToken: token,
      timeout: TIMEOUT_MINUTES,
    });
  } catch (error) {
    // The token was used before with another description or other tags, for a snapshot that no tag finds: long gone.
    if (failedWith(error, "refused", "busy") && error.code === "ConflictException") return undefined;
    throw error;
  }
  if (dead.has(id)) return undefined;

  // Not visible: new, or deleted. The first block will tell; see upload.ts.
  const seen = await describeSnapshot(session, id);
  if (!seen || seen.State === "pending") return { id, state: "pending" };
  const unclaimed = TAG.upload in tagRecord(seen.Tags);
  return seen.State === "completed" && unclaimed ? { id, state: "completed" } : undefined;
}
