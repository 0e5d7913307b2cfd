/**
 * Finds the snapshot that an interrupted run left unfinished, or starts a new one.
 *
 * Two marks make an unfinished snapshot findable even if its id was lost (the process was killed before the engine
 * saved anything):
 *
 * - the tag {@link TAG.upload}, set in the call that creates the snapshot and removed just before its id is handed to
 *   the engine. A snapshot with this tag belongs to no saved state, so it may be adopted; one without it is in use
 *   and never is. Otherwise a forced replacement would adopt the very snapshot that it deletes afterwards.
 * - the client token, derived from the owner and the bytes. It covers the time in which a new snapshot is not visible
 *   in DescribeSnapshots yet, up to 2 minutes (github.com/awslabs/coldsnap/issues/43).
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
  /** Unique in the account: the resource's URN. */
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
  /** `completed`: all blocks are there already. */
  state: "pending" | "completed";
}

/**
 * Minutes without a new block after which AWS cancels an unfinished snapshot: three days, the maximum, so that an
 * upload that failed on Friday night can be resumed on Monday.
 */
const TIMEOUT_MINUTES = 4320;
/**
 * StartSnapshot returns the snapshot of a reused token even if it has been deleted: try that many tokens, then use a
 * random one.
 */
const GENERATIONS = 16;

/** GiB of a volume that holds `size` bytes. */
export function volumeSizeFor(size: number): number {
  return Math.max(1, Math.ceil(size / GIB));
}

/** The value of {@link TAG.upload}, and the prefix of the client tokens. */
export function uploadMark(plan: SnapshotPlan): string {
  return createHash("sha256")
    .update(`${plan.owner}\n${plan.sha256}\n${plan.size}`)
    .digest("hex")
    .slice(0, 40);
}

/** @param dead ids known to be deleted, although StartSnapshot returns them */
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

/** The snapshot that an earlier run created and could not hand to the engine, if any. */
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

/** `undefined`: the token belongs to a snapshot that cannot be used. */
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
    // The token was used before with another description or other tags, for a snapshot that is not found by its tag:
    // deleted long ago.
    if (failedWith(error, "refused", "busy") && error.code === "ConflictException") return undefined;
    throw error;
  }
  if (dead.has(id)) return undefined;

  // Not visible: new, or deleted. The first block will show which; see upload.ts.
  const seen = await describeSnapshot(session, id);
  if (!seen || seen.State === "pending") return { id, state: "pending" };
  const unclaimed = TAG.upload in tagRecord(seen.Tags);
  return seen.State === "completed" && unclaimed ? { id, state: "completed" } : undefined;
}
