import type {
  CopySnapshotRequest,
  CopySnapshotResult,
  DeleteSnapshotRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot as SnapshotAnswer,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { PRIVATE, type Snapshot } from "../state/records";
import { isRegion } from "../state/regions";
import { applyFilters, checkFilters, tagFacts } from "./filters";
import { findSnapshot, maySnapshot, ownSnapshot, snapshotState } from "./find-snapshot";
import { page } from "./pages";
import { holdsAllSnapshots, quota, SNAPSHOT_COPIES } from "./quotas";
import { tagList, tagsFor } from "./tags";

const FILTERS = [
  "description",
  "encrypted",
  "owner-alias",
  "owner-id",
  "progress",
  "snapshot-id",
  "start-time",
  "status",
  "storage-tier",
  "tag-key",
  "volume-id",
  "volume-size",
];

export const snapshotActions = {
  DescribeSnapshots(input: DescribeSnapshotsRequest, call: Call): DescribeSnapshotsResult {
    checkFilters(input.Filters, FILTERS);
    const { SnapshotIds: ids, OwnerIds: owners = [], RestorableByUserIds: users = [] } = input;
    if (ids && ids.length > 0 && input.MaxResults !== undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "The parameter MaxResults cannot be used with the parameter SnapshotId.",
      );
    }
    const self = (id: string) => (id === "self" ? call.account.id : id);
    const found =
      ids && ids.length > 0 ? [...new Set(ids)].map((id) => findSnapshot(id, call)) : listed(call);
    const wanted = found.filter(
      (snapshot) =>
        (owners.length === 0 || owners.some((owner) => self(owner) === snapshot.owner)) &&
        (users.length === 0 || users.some((user) => isRestorableBy(snapshot, self(user)))),
    );
    const matching = applyFilters(
      wanted,
      input.Filters,
      (snapshot) => (filter) => facts(snapshot, filter, call),
    );
    const { items, NextToken } = page(matching, input, (snapshot) => snapshot.id, 5);
    return { Snapshots: items.map((snapshot) => describe(snapshot, call)), NextToken };
  },

  DeleteSnapshot(input: DeleteSnapshotRequest, call: Call) {
    deleteSnapshot(ownSnapshot(input.SnapshotId!, call), call);
    return {};
  },

  CopySnapshot(input: CopySnapshotRequest, call: Call): CopySnapshotResult {
    checkSourceRegion(input.SourceRegion!);
    const source = findSnapshot(input.SourceSnapshotId!, call, input.SourceRegion);
    if (snapshotState(source, call) !== "completed") {
      throw new AwsError("IncorrectState", `The snapshot '${source.id}' is not in the completed state.`);
    }
    const tags = tagsFor("snapshot", input.TagSpecifications, ["snapshot"]);
    const copy = copySnapshot(source, call, {
      description: input.Description ?? `[Copied ${source.id} from ${source.region}]`,
      encrypt: input.Encrypted ?? false,
      kmsKeyId: input.KmsKeyId,
      tags,
    });
    return { SnapshotId: copy.id, Tags: tagList(tags) };
  },
} satisfies Actions;

export function checkSourceRegion(region: string): void {
  if (!isRegion(region)) {
    throw new AwsError("InvalidParameterValue", `Invalid source region: '${region}'`);
  }
}

/** Begins a copy into the caller's account and region: private, with the caller's own key if encrypted. */
export function copySnapshot(
  source: Snapshot,
  call: Call,
  options: {
    description: string;
    encrypt: boolean;
    kmsKeyId?: string;
    tags: Record<string, string> | object;
  },
): Snapshot {
  const { world, account, region } = call;
  const now = world.now();
  const underway = [...world.snapshots.values()].filter(
    (snapshot) =>
      snapshot.copy &&
      snapshot.owner === account.id &&
      snapshot.region === region &&
      (snapshot.completedAt ?? 0) > now,
  );
  const limit = quota(SNAPSHOT_COPIES, call);
  if (underway.length >= limit) {
    throw new AwsError(
      "ResourceLimitExceeded",
      `Too many snapshot copies in progress. The limit is ${limit} for this destination region.`,
    );
  }
  if (holdsAllSnapshots(call)) {
    // The code: EC2 API reference, "Error codes" (read 2026-11); the message is from memory.
    throw new AwsError("SnapshotLimitExceeded", "The maximum number of snapshots has been reached.");
  }
  const encrypted =
    options.encrypt ||
    source.kmsKeyId !== undefined ||
    world.regionSettings(account.id, region).encryptByDefault;
  const copy: Snapshot = {
    id: world.newId("snap"),
    region,
    owner: account.id,
    createdAt: now,
    visibleAt: world.after("snapshotVisible"),
    settledAt: world.after("snapshotSettled"),
    completedAt: world.after("snapshotCopied"),
    description: options.description,
    volumeSize: source.volumeSize,
    kmsKeyId: encrypted ? (options.kmsKeyId ?? defaultKey(call)) : undefined,
    map: source.map,
    permissions: PRIVATE,
    tags: { ...options.tags },
    copy: true,
  };
  world.maps.hold(copy.map);
  world.snapshots.set(world.key(copy), copy);
  return copy;
}

/** Default key for EBS encryption. */
export function defaultKey(call: Call): string {
  return call.world.regionSettings(call.account.id, call.region).ebsKey ?? managedKey(call);
}

/** The account's AWS-managed key for EBS in the region: it cannot be shared. */
export function managedKey(call: Call): string {
  return `arn:aws:kms:${call.region}:${call.account.id}:key/00000000-0000-4000-8000-00000000eb50`;
}

/** Deletes a snapshot at DeregisterImage's request, if nothing else uses it, and returns the outcome. */
export function deleteUnusedSnapshot(id: string, call: Call): "success" | "skipped" | "missing-permissions" {
  const snapshot = call.world.snapshots.get(`${call.region}/${id}`);
  if (!snapshot) return "skipped";
  if (snapshot.owner !== call.account.id) return "missing-permissions";
  if (usedBy(snapshot, call)) return "skipped";
  deleteSnapshot(snapshot, call);
  return "success";
}

function deleteSnapshot(snapshot: Snapshot, call: Call): void {
  const image = usedBy(snapshot, call);
  if (image) {
    throw new AwsError(
      "InvalidSnapshot.InUse",
      `The snapshot ${snapshot.id} is currently in use by ${image.id}`,
    );
  }
  call.world.snapshots.delete(call.world.key(snapshot));
  call.world.forgetTokensOf(snapshot.id);
  call.world.maps.drop(snapshot.map);
}

function usedBy(snapshot: Snapshot, call: Call) {
  return [...call.world.images.values()].find(
    (image) =>
      image.region === snapshot.region &&
      image.devices.some((device) => device.ebs?.snapshotId === snapshot.id),
  );
}

function listed(call: Call): Snapshot[] {
  return [...call.world.snapshots.values()].filter(
    (snapshot) =>
      snapshot.region === call.region &&
      maySnapshot(snapshot, call.account.id) &&
      call.world.isVisible(snapshot),
  );
}

function isRestorableBy(snapshot: Snapshot, user: string): boolean {
  const { everyone, accounts } = snapshot.permissions;
  return user === "all" ? everyone : accounts.includes(user) || snapshot.owner === user;
}

function describe(snapshot: Snapshot, call: Call): SnapshotAnswer {
  const state = snapshotState(snapshot, call);
  return {
    SnapshotId: snapshot.id,
    OwnerId: snapshot.owner,
    State: state,
    StateMessage:
      state === "error"
        ? (snapshot.failure ?? "The snapshot was not completed in time.") || undefined
        : undefined,
    StartTime: new Date(snapshot.createdAt),
    CompletionTime:
      state === "completed" && snapshot.completedAt !== undefined
        ? new Date(snapshot.completedAt)
        : undefined,
    Progress: progress(snapshot, call),
    // EC2's value for snapshots not made from a volume.
    VolumeId: "vol-ffffffff",
    VolumeSize: snapshot.volumeSize,
    Description: snapshot.description,
    Encrypted: snapshot.kmsKeyId !== undefined,
    KmsKeyId: snapshot.owner === call.account.id ? snapshot.kmsKeyId : undefined,
    StorageTier: "standard",
    Tags: snapshot.owner === call.account.id ? tagList(snapshot.tags) : [],
  };
}

function progress(snapshot: Snapshot, call: Call): string {
  if (snapshotState(snapshot, call) === "completed") return "100%";
  const { completedAt, createdAt } = snapshot;
  if (completedAt === undefined || completedAt <= createdAt) return "0%";
  return `${Math.min(99, Math.floor((100 * (call.world.now() - createdAt)) / (completedAt - createdAt)))}%`;
}

function facts(snapshot: Snapshot, filter: string, call: Call): string[] | undefined {
  switch (filter) {
    case "description":
      return [snapshot.description];
    case "encrypted":
      return [String(snapshot.kmsKeyId !== undefined)];
    case "owner-alias":
      return [];
    case "owner-id":
      return [snapshot.owner];
    case "progress":
      return [progress(snapshot, call)];
    case "snapshot-id":
      return [snapshot.id];
    case "start-time":
      return [new Date(snapshot.createdAt).toISOString()];
    case "status":
      return [snapshotState(snapshot, call)];
    case "storage-tier":
      return ["standard"];
    case "volume-id":
      return ["vol-ffffffff"];
    case "volume-size":
      return [String(snapshot.volumeSize)];
    default:
      return tagFacts(snapshot.owner === call.account.id ? snapshot.tags : {}, filter);
  }
}
