import { z } from "zod";
import { invalid, notRehearsed } from "../errors";
import { stringMap } from "../http/schema";
import { bucketLocationType } from "../places";
import { storageTime } from "../time";
import { without } from "../omit";
import type { Policy } from "../permissions";

/** A bucket in stored form. */
export interface Bucket {
  name: string;
  project: string;
  projectNumber: string;
  location: string;
  locationType: string;
  storageClass: string;
  labels: Record<string, string>;
  uniformBucketLevelAccess: boolean;
  publicAccessPrevention: "inherited" | "enforced";
  softDeleteSeconds: number;
  /** Minimum retention of objects; absent: none. */
  retentionPolicy?: { retentionPeriod: string; effectiveTime: string };
  lifecycle?: object;
  generation: string;
  metageneration: number;
  timeCreated: string;
  updated: string;
  policy: Policy;
}

const DAY = 86_400;
const SOFT_DELETE_DEFAULT = 7 * DAY;
const STORAGE_CLASSES: readonly string[] = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"];

const enabled = z.strictObject({ enabled: z.boolean().optional(), lockedTime: z.string().optional() });

/** Fields of a bucket in a request; unsupported ones are refused by name. */
export const bucketSchema = z.strictObject({
  name: z.string().optional(),
  location: z.string().optional(),
  storageClass: z.string().optional(),
  labels: z.record(z.string(), z.string().nullable()).optional(),
  iamConfiguration: z
    .strictObject({
      uniformBucketLevelAccess: enabled.optional(),
      bucketPolicyOnly: enabled.optional(),
      publicAccessPrevention: z.enum(["inherited", "unspecified", "enforced"]).optional(),
    })
    .optional(),
  softDeletePolicy: z
    .strictObject({
      retentionDurationSeconds: z.union([z.string(), z.int()]).transform(Number).optional(),
      effectiveTime: z.string().optional(),
    })
    .optional(),
  versioning: z.strictObject({ enabled: z.boolean().optional() }).optional(),
  lifecycle: z
    .strictObject({ rule: z.array(z.record(z.string(), z.unknown())).optional() })
    .nullable()
    .optional(),
  hierarchicalNamespace: z.strictObject({ enabled: z.boolean().optional() }).optional(),
  autoclass: z.strictObject({ enabled: z.boolean().optional() }).optional(),
  billing: z.strictObject({ requesterPays: z.boolean().optional() }).optional(),
  encryption: z.unknown().optional(),
  website: z.unknown().optional(),
  cors: z.unknown().optional(),
  logging: z.unknown().optional(),
  retentionPolicy: z
    .strictObject({
      retentionPeriod: z.union([z.string(), z.int()]).transform(String),
      effectiveTime: z.string().optional(),
      isLocked: z.literal(false).optional(),
    })
    .nullable()
    .optional(),
  objectRetention: z.unknown().optional(),
  defaultEventBasedHold: z.boolean().optional(),
  customPlacementConfig: z.unknown().optional(),
  ipFilter: z.unknown().optional(),
  rpo: z.string().optional(),
  acl: z.unknown().optional(),
  defaultObjectAcl: z.unknown().optional(),
  kind: z.string().optional(),
  id: z.string().optional(),
  selfLink: z.string().optional(),
  etag: z.string().optional(),
  generation: z.string().optional(),
  metageneration: z.string().optional(),
  projectNumber: z.string().optional(),
  locationType: z.string().optional(),
  timeCreated: z.string().optional(),
  updated: z.string().optional(),
  projectTeam: z.unknown().optional(),
});

type BucketRequest = z.infer<typeof bucketSchema>;

/** The mutable part of a bucket after a request; `before` is absent for a new one. */
export function applyBucketRequest(request: BucketRequest, before?: Bucket) {
  refuseUnrehearsed(request);
  const labels: Record<string, string> = { ...before?.labels };
  for (const [key, value] of Object.entries(request.labels ?? {})) {
    if (value === null) delete labels[key];
    else labels[key] = value;
  }
  const storageClass = (request.storageClass ?? before?.storageClass ?? "STANDARD").toUpperCase();
  if (!STORAGE_CLASSES.includes(storageClass)) throw invalid(`Invalid storage class ${request.storageClass}`);
  const { iamConfiguration, softDeletePolicy, lifecycle } = request;
  const uniform =
    iamConfiguration?.uniformBucketLevelAccess?.enabled ?? iamConfiguration?.bucketPolicyOnly?.enabled;
  const prevention = iamConfiguration?.publicAccessPrevention;
  const retention =
    softDeletePolicy?.retentionDurationSeconds ?? before?.softDeleteSeconds ?? SOFT_DELETE_DEFAULT;
  if (retention !== 0 && (retention < 7 * DAY || retention > 90 * DAY)) {
    throw invalid("Soft delete retention must be 0 or between 7 and 90 days.");
  }
  const rules = lifecycle === undefined ? before?.lifecycle : (lifecycle ?? undefined);
  return {
    labels: stringMap.parse(labels),
    storageClass,
    uniformBucketLevelAccess: uniform ?? before?.uniformBucketLevelAccess ?? false,
    publicAccessPrevention:
      prevention === undefined
        ? (before?.publicAccessPrevention ?? "inherited")
        : prevention === "enforced"
          ? prevention
          : "inherited",
    softDeleteSeconds: retention,
    ...(rules ? { lifecycle: rules } : {}),
    ...retentionOf(request, before),
  } as const;
}

function retentionOf({ retentionPolicy }: BucketRequest, before?: Bucket) {
  if (retentionPolicy === null) return {};
  if (retentionPolicy === undefined)
    return before?.retentionPolicy ? { retentionPolicy: before.retentionPolicy } : {};
  const { retentionPeriod } = retentionPolicy;
  return { retentionPolicy: { retentionPeriod, effectiveTime: storageTime() } };
}

/** Unsupported settings: refused unless they match the stand-in's behaviour. */
function refuseUnrehearsed(request: BucketRequest): void {
  const off = {
    versioning: request.versioning,
    autoclass: request.autoclass,
    hierarchicalNamespace: request.hierarchicalNamespace,
  };
  for (const [name, setting] of Object.entries(off))
    if (setting?.enabled) throw notRehearsed(`${name} of a bucket`);
  if (request.billing?.requesterPays) throw notRehearsed("requester pays");
  if (request.rpo !== undefined && request.rpo !== "DEFAULT") throw notRehearsed("rpo of a bucket");
  const unserved = [
    "encryption",
    "website",
    "cors",
    "logging",
    "objectRetention",
    "customPlacementConfig",
    "ipFilter",
    "acl",
    "defaultObjectAcl",
  ] as const;
  for (const name of unserved) {
    const value = request[name];
    const empty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!empty) throw notRehearsed(`${name} of a bucket`);
  }
  if (request.defaultEventBasedHold) throw notRehearsed("defaultEventBasedHold of a bucket");
}

/** Location of a new bucket. */
export function bucketPlace(location = "US"): { location: string; locationType: string } {
  const locationType = bucketLocationType(location);
  if (locationType === undefined)
    throw invalid(`The specified location constraint is not valid: ${location}.`);
  return { location: location.toUpperCase(), locationType };
}

/** A bucket in a response. */
export function presentBucket(bucket: Bucket, origin: string) {
  const { uniformBucketLevelAccess, publicAccessPrevention, softDeleteSeconds, labels } = bucket;
  const shown = without(
    bucket,
    "uniformBucketLevelAccess",
    "publicAccessPrevention",
    "softDeleteSeconds",
    "labels",
    "policy",
    "project",
  );
  const uniform = { enabled: uniformBucketLevelAccess };
  return {
    kind: "storage#bucket",
    selfLink: `${origin}/storage/v1/b/${bucket.name}`,
    id: bucket.name,
    ...shown,
    metageneration: String(bucket.metageneration),
    etag: Buffer.from(`b${bucket.metageneration}`).toString("base64"),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    iamConfiguration: {
      bucketPolicyOnly: uniform,
      uniformBucketLevelAccess: uniform,
      publicAccessPrevention,
    },
    softDeletePolicy: {
      retentionDurationSeconds: String(softDeleteSeconds),
      effectiveTime: bucket.timeCreated,
    },
    ...(bucket.locationType === "region" ? {} : { rpo: "DEFAULT" }),
  };
}
