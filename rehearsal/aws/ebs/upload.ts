import { createHash } from "node:crypto";
import { BLOCK_SIZE, GIB } from "../../../facts/units";
import type { Call } from "../call";
import { defaultKey } from "../ec2/snapshots";
import { snapshotState } from "../ec2/find-snapshot";
import { holdsAllSnapshots } from "../ec2/quotas";
import { AwsError } from "../protocol/errors";
import type { RawRequest } from "../protocol/request";
import type { Answer } from "../service";
import { PRIVATE, type Snapshot } from "../state/records";
import { invalid, malformed, noSnapshot, otherChecksum } from "./errors";
import { json } from "./json";

const BLOCKS_PER_GIB = GIB / BLOCK_SIZE;
/** A SHA-256 in Base64. */
const CHECKSUM = /^[A-Za-z0-9+/]{43}=$/;

interface StartInput {
  VolumeSize?: number;
  ParentSnapshotId?: string;
  Tags?: { Key?: string; Value?: string }[];
  Description?: string;
  ClientToken?: string;
  Encrypted?: boolean;
  KmsKeyArn?: string;
  Timeout?: number;
}

const START_MEMBERS = [
  "VolumeSize",
  "ParentSnapshotId",
  "Tags",
  "Description",
  "ClientToken",
  "Encrypted",
  "KmsKeyArn",
  "Timeout",
  "DryRun",
];

export function startSnapshot(request: RawRequest, call: Call): Answer {
  const input = readBody(request);
  const { world, account, region } = call;
  const comparable = JSON.stringify({ ...input, ClientToken: undefined });
  if (input.ClientToken !== undefined) {
    const before = world.tokenAnswer(account.id, region, "StartSnapshot", input.ClientToken);
    if (before && before.request !== comparable) {
      throw new AwsError(
        "ConflictException",
        "The request uses the same client token as a previous, but non-identical request.",
        409,
      );
    }
    const snapshot = before && world.snapshots.get(`${region}/${before.answer}`);
    if (snapshot) return json(201, started(snapshot, call));
  }
  const snapshot = newSnapshot(input, call);
  world.maps.hold(snapshot.map);
  world.snapshots.set(world.key(snapshot), snapshot);
  if (input.ClientToken !== undefined) {
    world.rememberToken(account, region, "StartSnapshot", input.ClientToken, comparable, snapshot.id);
  }
  return json(201, started(snapshot, call));
}

export function putBlock(request: RawRequest, id: string, index: number, call: Call): Answer {
  const snapshot = pendingSnapshot(id, call);
  const { headers, body } = request;
  if (headers["x-amz-data-length"] !== String(BLOCK_SIZE) || body.length !== BLOCK_SIZE) {
    throw invalid(
      "INVALID_PARAMETER_VALUE",
      `The data length must be ${BLOCK_SIZE} bytes: x-amz-Data-Length says ${String(headers["x-amz-data-length"])}, the body has ${body.length}.`,
    );
  }
  const last = snapshot.volumeSize * BLOCKS_PER_GIB - 1;
  if (index > last) {
    throw invalid("INVALID_BLOCK", `Block index ${index} is beyond the volume size extent`);
  }
  const progress = headers["x-amz-progress"];
  if (progress !== undefined && !/^(\d{1,2}|100)$/.test(progress)) {
    throw malformed();
  }
  const checksum = Buffer.from(request.bodyHash(), "hex").toString("base64");
  if (headers["x-amz-checksum-algorithm"] !== "SHA256") throw malformed();
  const expected = headers["x-amz-checksum"] ?? "";
  if (!CHECKSUM.test(expected)) throw malformed();
  if (expected !== checksum) throw otherChecksum(checksum, expected);
  call.world.maps.write(snapshot.map, index, request.bodyHash(), body);
  return json(201, {}, { "x-amz-checksum": checksum, "x-amz-checksum-algorithm": "SHA256" });
}

/**
 * A wrong count or checksum is accepted, and the snapshot then ends in the state `error`.
 *
 * @throws AwsError only for values that violate the service's model
 */
export function completeSnapshot(request: RawRequest, id: string, call: Call): Answer {
  const { world } = call;
  const known = world.snapshots.get(`${call.region}/${id}`);
  // Idempotent: a client that lost the first response must not fail.
  if (known?.owner === call.account.id && known.upload && known.completedAt !== undefined) {
    return json(202, { Status: snapshotState(known, call) });
  }
  const snapshot = pendingSnapshot(id, call);
  const blocks = [...world.maps.get(snapshot.map).blocks].sort(([a], [b]) => a - b);
  const { headers } = request;
  const announced = headers["x-amz-changedblockscount"] ?? "";
  if (!/^\d{1,10}$/.test(announced)) throw malformed();
  const names = blocks.map(([, name]) => name);
  const whole = aggregateFits(headers, names) && Number(announced) === blocks.length;
  if (snapshot.upload?.parent !== undefined) {
    const parent = world.snapshots.get(`${call.region}/${snapshot.upload.parent}`);
    if (parent) world.maps.inherit(snapshot.map, parent.map);
  }
  world.maps.seal(snapshot.map);
  const completedAt = world.after("snapshotCompleted");
  world.snapshots.set(world.key(snapshot), { ...snapshot, completedAt, ...(!whole && { failure: "" }) });
  return json(202, { Status: "pending" });
}

/** LINEAR: the SHA-256 over the blocks' SHA-256 digests, in the order of their indexes. */
function aggregateFits(headers: Record<string, string>, names: string[]): boolean {
  const given = headers["x-amz-checksum"];
  if (given === undefined) return true;
  const method = headers["x-amz-checksum-aggregation-method"];
  if (method !== "LINEAR" || headers["x-amz-checksum-algorithm"] !== "SHA256" || !CHECKSUM.test(given)) {
    throw malformed();
  }
  const hash = createHash("sha256");
  for (const name of names) hash.update(Buffer.from(name, "hex"));
  return hash.digest("base64") === given;
}

/** The caller's own snapshot that still accepts blocks. */
function pendingSnapshot(id: string, call: Call): Snapshot {
  const snapshot = call.world.snapshots.get(`${call.region}/${id}`);
  if (!snapshot || snapshot.owner !== call.account.id) throw noSnapshot(id);
  if (!snapshot.upload || snapshot.completedAt !== undefined || snapshotState(snapshot, call) !== "pending") {
    throw invalid("INVALID_SNAPSHOT_ID", `The snapshot '${id}' is not in the pending state.`);
  }
  return snapshot;
}

function readBody(request: RawRequest): StartInput {
  let input: unknown;
  try {
    input = JSON.parse(request.body.toString() || "{}");
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
  const unknown = Object.keys(input as object).find((name) => !START_MEMBERS.includes(name));
  if (unknown !== undefined) throw invalid("INVALID_PARAMETER_VALUE", `Unknown parameter ${unknown}.`);
  return input as StartInput;
}

function newSnapshot(input: StartInput, call: Call): Snapshot {
  const { world, account, region } = call;
  const size = input.VolumeSize;
  if (!Number.isInteger(size) || size! < 1 || size! > 65_536) {
    throw invalid("INVALID_VOLUME_SIZE", `The volume size must be between 1 and 65536 GiB: ${String(size)}.`);
  }
  const timeout = input.Timeout ?? 60;
  if (!Number.isInteger(timeout) || timeout < 10 || timeout > 4320) {
    throw invalid("INVALID_PARAMETER_VALUE", `The timeout must be between 10 and 4320 minutes: ${timeout}.`);
  }
  if ((input.Description ?? "").length > 255) {
    throw invalid("INVALID_PARAMETER_VALUE", "The description must not be longer than 255 characters.");
  }
  if (holdsAllSnapshots(call)) {
    throw new AwsError(
      "ServiceQuotaExceededException",
      "You have reached the maximum number of snapshots in this Region.",
      402,
      "DEPENDENCY_SERVICE_QUOTA_EXCEEDED",
    );
  }
  const parent = input.ParentSnapshotId === undefined ? undefined : findParent(input, size!, call);
  const encrypted =
    parent?.kmsKeyId !== undefined ||
    input.Encrypted === true ||
    world.regionSettings(account.id, region).encryptByDefault;
  const id = world.newId("snap");
  return {
    id,
    region,
    owner: account.id,
    createdAt: world.now(),
    visibleAt: world.after("snapshotVisible"),
    settledAt: world.after("snapshotSettled"),
    description: input.Description ?? "",
    volumeSize: size!,
    kmsKeyId: encrypted ? (parent?.kmsKeyId ?? input.KmsKeyArn ?? defaultKey(call)) : undefined,
    map: id,
    permissions: PRIVATE,
    tags: readTags(input.Tags),
    upload: { timeoutMinutes: timeout, parent: input.ParentSnapshotId, token: input.ClientToken },
  };
}

function findParent(input: StartInput, size: number, call: Call): Snapshot {
  const parent = call.world.snapshots.get(`${call.region}/${input.ParentSnapshotId}`);
  if (!parent || parent.owner !== call.account.id) throw noSnapshot(input.ParentSnapshotId!);
  if (input.Encrypted !== undefined || input.KmsKeyArn !== undefined) {
    throw invalid("INVALID_PARAMETER_VALUE", "Encryption cannot be chosen together with a parent snapshot.");
  }
  if (snapshotState(parent, call) !== "completed") {
    throw invalid("INVALID_SNAPSHOT_ID", `The parent snapshot '${parent.id}' is not in the completed state.`);
  }
  if (size < parent.volumeSize) {
    throw invalid(
      "INVALID_VOLUME_SIZE",
      `The volume must not be smaller than the parent's ${parent.volumeSize} GiB.`,
    );
  }
  return parent;
}

function readTags(list: StartInput["Tags"]): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const { Key: key = "", Value: value = "" } of list ?? []) {
    if (key === "" || key.length > 128 || value.length > 256 || /^aws:/i.test(key) || key in tags) {
      throw invalid("INVALID_TAG", `The tag '${key}' is invalid.`);
    }
    tags[key] = value;
  }
  if (Object.keys(tags).length > 50) throw invalid("INVALID_TAG", "A snapshot has at most 50 tags.");
  return tags;
}

function started(snapshot: Snapshot, call: Call) {
  return {
    SnapshotId: snapshot.id,
    OwnerId: snapshot.owner,
    Status: snapshotState(snapshot, call),
    StartTime: snapshot.createdAt / 1000,
    VolumeSize: snapshot.volumeSize,
    BlockSize: BLOCK_SIZE,
    Description: snapshot.description,
    ParentSnapshotId: snapshot.upload?.parent,
    Tags: Object.entries(snapshot.tags).map(([Key, Value]) => ({ Key, Value })),
    KmsKeyArn: snapshot.kmsKeyId,
    SseType: snapshot.kmsKeyId === undefined ? "none" : "sse-kms",
  };
}
