import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Snapshot } from "../state/records";

const SNAPSHOT_ID = /^snap-([0-9a-f]{8}|[0-9a-f]{17})$/;

type SnapshotState = "pending" | "completed" | "error";

/** The current state; an upload that was not continued within its timeout has failed. */
export function snapshotState(snapshot: Snapshot, call: Pick<Call, "world">): SnapshotState {
  const { completedAt, failure } = snapshot;
  if (completedAt !== undefined && call.world.now() < completedAt) return "pending";
  if (failure !== undefined) return "error";
  if (completedAt !== undefined) return "completed";
  if (!snapshot.upload) return "pending";
  const { writtenAt } = call.world.maps.get(snapshot.map);
  const idle = call.world.now() - Math.max(writtenAt, snapshot.createdAt);
  return idle > snapshot.upload.timeoutMinutes * 60_000 ? "error" : "pending";
}

/** True if the account may create a volume, a copy or an image from it. */
export function maySnapshot(snapshot: Snapshot, account: string): boolean {
  const { everyone, accounts } = snapshot.permissions;
  return snapshot.owner === account || everyone || accounts.includes(account);
}

/**
 * A snapshot usable by the caller.
 *
 * @throws AwsError InvalidSnapshot.NotFound for any other, as if it did not exist
 */
export function findSnapshot(id: string, call: Call, region = call.region): Snapshot {
  if (!SNAPSHOT_ID.test(id)) {
    throw new AwsError("InvalidSnapshotID.Malformed", `Invalid id: "${id}" (expecting "snap-...")`);
  }
  const snapshot = call.world.snapshots.get(`${region}/${id}`);
  if (!snapshot || !maySnapshot(snapshot, call.account.id) || !call.world.isVisible(snapshot)) {
    throw new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
  }
  return snapshot;
}

/** The caller's own snapshot. */
export function ownSnapshot(id: string, call: Call): Snapshot {
  const snapshot = findSnapshot(id, call);
  if (snapshot.owner !== call.account.id) {
    throw new AwsError("UnauthorizedOperation", "You are not authorized to perform this operation.", 403);
  }
  return snapshot;
}
