import { z } from "zod";
import { invalid, invalidField, notRehearsed } from "../errors";
import type { DiskReference } from "../disks";
import { without } from "../omit";
import { int64, stringMap } from "../http/schema";
import { isImageLocation } from "../places";
import type { Policy } from "../permissions";
import { deprecationSchema, type Deprecation } from "./deprecation";
import { findLicense } from "./licenses";
import { imageLink } from "./links";
import { checkDescription, checkLabels, checkName } from "./names";
import { labelFingerprint } from "./policy";

/** An image in stored form. */
export interface Image {
  /** Order of creation: two images may have the same millisecond. */
  serial: number;
  project: string;
  id: string;
  name: string;
  creationTimestamp: string;
  status: "PENDING" | "READY" | "DELETING";
  description?: string;
  family?: string;
  labels: Record<string, string>;
  licenses: string[];
  licenseCodes: string[];
  guestOsFeatures: { type: string }[];
  storageLocations: string[];
  architecture: string;
  diskSizeGb: number;
  /** Size of Google's own copy; 0 until it exists. */
  archiveSizeBytes: number;
  deprecated?: Deprecation;
  shieldedInstanceInitialState?: object;
  rawDisk?: boolean;
  sourceImage?: string;
  sourceImageId?: string;
  policy: Policy;
  /** Until then (milliseconds since 1970) this older policy stays effective: propagation of a new one takes time. */
  oldPolicy?: { policy: Policy; until: number };
  disk?: DiskReference;
}

const keyFile = z.strictObject({
  content: z.string(),
  fileType: z.enum(["BIN", "X509", "UNDEFINED"]).optional(),
});
const encryptionKey = z.unknown().optional();

/**
 * The fields of an image in a request, all of the API's (google/cloud/compute/v1/compute.proto). Output-only fields
 * are ignored, as in the API; unsupported ones are refused by name.
 */
export const imageSchema = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  family: z.string().optional(),
  labels: stringMap.optional(),
  labelFingerprint: z.string().optional(),
  licenses: z.array(z.string()).optional(),
  licenseCodes: z.array(int64).optional(),
  guestOsFeatures: z.array(z.strictObject({ type: z.string() })).optional(),
  storageLocations: z.array(z.string()).optional(),
  architecture: z.string().optional(),
  diskSizeGb: int64.optional(),
  sourceType: z.string().optional(),
  deprecated: deprecationSchema.optional(),
  rawDisk: z
    .strictObject({
      source: z.string().optional(),
      containerType: z.string().optional(),
      sha1Checksum: z.string().optional(),
    })
    .optional(),
  sourceImage: z.string().optional(),
  sourceDisk: z.string().optional(),
  sourceSnapshot: z.string().optional(),
  shieldedInstanceInitialState: z
    .strictObject({
      pk: keyFile.optional(),
      keks: z.array(keyFile).optional(),
      dbs: z.array(keyFile).optional(),
      dbxs: z.array(keyFile).optional(),
    })
    .optional(),
  imageEncryptionKey: encryptionKey,
  sourceImageEncryptionKey: encryptionKey,
  sourceDiskEncryptionKey: encryptionKey,
  sourceSnapshotEncryptionKey: encryptionKey,
  params: z.unknown().optional(),
  kind: z.string().optional(),
  id: z.string().optional(),
  selfLink: z.string().optional(),
  creationTimestamp: z.string().optional(),
  status: z.string().optional(),
  archiveSizeBytes: int64.optional(),
  sourceImageId: z.string().optional(),
  sourceDiskId: z.string().optional(),
  sourceSnapshotId: z.string().optional(),
  satisfiesPzi: z.boolean().optional(),
  satisfiesPzs: z.boolean().optional(),
  enableConfidentialCompute: z.boolean().optional(),
});

export type ImageRequest = z.infer<typeof imageSchema>;

/** https://cloud.google.com/compute/docs/images/create-custom#guest-os-features; the proto's list. */
const GUEST_OS_FEATURES: readonly string[] = [
  "BARE_METAL_LINUX_COMPATIBLE",
  "CCA_CAPABLE",
  "GVNIC",
  "IDPF",
  "MULTI_IP_SUBNET",
  "SECURE_BOOT",
  "SEV_CAPABLE",
  "SEV_LIVE_MIGRATABLE",
  "SEV_LIVE_MIGRATABLE_V2",
  "SEV_SNP_CAPABLE",
  "SNP_SVSM_CAPABLE",
  "SUSPEND_RESUME_COMPATIBLE",
  "TDX_CAPABLE",
  "UEFI_COMPATIBLE",
  "VIRTIO_SCSI_MULTIQUEUE",
  "WINDOWS",
];

const ARCHITECTURES: readonly string[] = ["ARM64", "X86_64"];

/** Properties of a new image from its request, validated. */
export function describeImage(request: ImageRequest) {
  const {
    name = "",
    description,
    family,
    labels = {},
    licenses = [],
    guestOsFeatures = [],
    storageLocations = [],
  } = request;
  checkName("resource.name", name);
  if (description !== undefined) checkDescription("resource.description", description);
  if (family !== undefined && family !== "") checkName("resource.family", family);
  checkLabels(labels);
  guestOsFeatures.forEach(({ type }, index) => {
    if (GUEST_OS_FEATURES.includes(type)) return;
    throw invalidField(
      `resource.guestOsFeatures[${index}].type`,
      type,
      `Must be one of [${GUEST_OS_FEATURES.join(", ")}]`,
    );
  });
  checkStorageLocations(storageLocations);
  const found = licenses.map((link, index) => findLicense(`resource.licenses[${index}]`, link));
  for (const field of ["imageEncryptionKey", "params", "licenseCodes"] as const) {
    if (request[field] !== undefined) throw notRehearsed(`${field} of an image`);
  }
  if (request.sourceType !== undefined && request.sourceType !== "RAW") {
    throw invalidField("resource.sourceType", request.sourceType, "Must be one of [RAW]");
  }
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(family === undefined || family === "" ? {} : { family }),
    labels,
    guestOsFeatures,
    storageLocations,
    licenses: found.map(({ link }) => link),
    licenseCodes: found.map(({ code }) => code),
    architecture: checkArchitecture(request.architecture),
    ...(request.shieldedInstanceInitialState
      ? { shieldedInstanceInitialState: request.shieldedInstanceInitialState }
      : {}),
  };
}

/** Compute Engine's default architecture is X86_64. */
export function checkArchitecture(architecture = "X86_64"): string {
  if (ARCHITECTURES.includes(architecture)) return architecture;
  throw invalidField("resource.architecture", architecture, `Must be one of [${ARCHITECTURES.join(", ")}]`);
}

function checkStorageLocations(locations: readonly string[]): void {
  if (locations.length > 1) {
    // `gcloud compute images create --storage-location` takes one; the API's list also holds at most one.
    throw invalidField("resource.storageLocations", "", "At most one storage location is allowed.");
  }
  locations.forEach((location, index) => {
    if (isImageLocation(location)) return;
    throw invalidField(
      `resource.storageLocations[${index}]`,
      location,
      "The storage location must be a Cloud Storage region or multi-region, such as us-central1 or eu.",
    );
  });
}

/** The one source of an image. Message: ansible-collections/google.cloud issue 378. */
export function imageSource(
  request: ImageRequest,
): { rawDisk: string } | { sourceImage: string } | { missing: string } {
  const { rawDisk, sourceImage, sourceDisk, sourceSnapshot } = request;
  const sources = [rawDisk, sourceImage, sourceDisk, sourceSnapshot].filter((source) => source !== undefined);
  if (sources.length !== 1)
    throw invalid("Invalid resource usage: 'Must specify exactly one source for an image.'");
  if (sourceImage !== undefined) return { sourceImage };
  // The rehearsed project has no disks or snapshots.
  if (sourceDisk !== undefined) return { missing: sourceDisk };
  if (sourceSnapshot !== undefined) return { missing: sourceSnapshot };
  if (rawDisk?.containerType !== undefined && rawDisk.containerType !== "TAR") {
    throw invalidField("resource.rawDisk.containerType", rawDisk.containerType, "Must be one of [TAR]");
  }
  if (rawDisk?.sha1Checksum !== undefined) throw notRehearsed("rawDisk.sha1Checksum (deprecated)");
  return { rawDisk: rawDisk?.source ?? "" };
}

/** An image in a response. */
export function presentImage(image: Image) {
  const { project, labels } = image;
  const shown = without(image, "serial", "project", "policy", "oldPolicy", "disk", "rawDisk", "labels");
  return {
    kind: "compute#image",
    ...shown,
    selfLink: imageLink(project, image.name),
    sourceType: "RAW",
    // The source itself is not returned: `rawDisk: {containerType: TAR, source: ''}` in real responses.
    ...(image.rawDisk ? { rawDisk: { containerType: "TAR", source: "" } } : {}),
    diskSizeGb: String(image.diskSizeGb),
    archiveSizeBytes: String(image.archiveSizeBytes),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    labelFingerprint: labelFingerprint(labels),
    licenses: shown.licenses.length > 0 ? shown.licenses : undefined,
    licenseCodes: shown.licenseCodes.length > 0 ? shown.licenseCodes : undefined,
    guestOsFeatures: shown.guestOsFeatures.length > 0 ? shown.guestOsFeatures : undefined,
  };
}
