import type { Call, Properties } from "../../../plugin/resource";
import type { BridgedResource, Made } from "../bridge/resource";
import { isZero, type Property, type Schema } from "../bridge/schema";
import { asList, asObject, asTexts, text } from "../properties";
import { type Api, isStatus, operationDone } from "./api";
import { LABELS, managedLabels, nextLabels, planLabels, splitLabels } from "./labels";
import { imageParts, refuseName, sameLink } from "./links";

/*
 * Rules: hashicorp/terraform-provider-google, google/services/compute/resource_compute_image.go, generated from
 * GoogleCloudPlatform/magic-modules, mmv1/products/compute/Image.yaml. Every change except of labels replaces,
 * including `family`.
 */

const replaces = true;
const TIMEOUT_SECONDS = 20 * 60;

/** `ImageGuestOsFeature` in the types of @pulumi/gcp 9.37. */
const GUEST_OS_FEATURES = [
  "MULTI_IP_SUBNET",
  "SECURE_BOOT",
  "SEV_CAPABLE",
  "UEFI_COMPATIBLE",
  "VIRTIO_SCSI_MULTIQUEUE",
  "WINDOWS",
  "GVNIC",
  "IDPF",
  "SEV_LIVE_MIGRATABLE",
  "SEV_SNP_CAPABLE",
  "SUSPEND_RESUME_COMPATIBLE",
  "TDX_CAPABLE",
  "SEV_LIVE_MIGRATABLE_V2",
  "SNP_SVSM_CAPABLE",
];

const key: Property = {
  type: "object",
  by: "either",
  replaces,
  fields: {
    content: { type: "string", by: "required", replaces },
    fileType: { type: "string", by: "optional", replaces },
  },
};
const keys: Property = { ...key, type: "list" };

const PROPERTIES: Schema = {
  ...LABELS,
  archiveSizeBytes: { type: "int", by: "cloud" },
  creationTimestamp: { type: "string", by: "cloud" },
  // Handled by the provider alone: see `remove`.
  deletionPolicy: {
    type: "string",
    by: "optional",
    default: "DELETE",
    oneOf: ["DELETE", "ABANDON", "PREVENT"],
    writeOnly: true,
  },
  description: { type: "string", by: "optional", replaces },
  diskSizeGb: { type: "int", by: "either", replaces },
  family: { type: "string", by: "optional", replaces },
  guestOsFeatures: {
    type: "set",
    by: "either",
    fields: { type: { type: "string", by: "required", oneOf: GUEST_OS_FEATURES, replaces } },
    identity: ["type"],
    replaces,
  },
  labelFingerprint: { type: "string", by: "cloud" },
  licenses: { type: "list", by: "either", same: sameLink, replaces },
  name: {
    type: "string",
    by: "required",
    refuse: refuseName,
    autoname: { maxLength: 63, lowerCase: true },
    replaces,
  },
  project: { type: "string", by: "either", replaces },
  rawDisk: {
    type: "object",
    by: "optional",
    fields: {
      containerType: { type: "string", by: "optional", default: "TAR", oneOf: ["TAR"], replaces },
      sha1: { type: "string", by: "optional", replaces },
      source: { type: "string", by: "required", replaces },
    },
    replaces,
    writeOnly: true,
  },
  selfLink: { type: "string", by: "cloud" },
  shieldedInstanceInitialState: {
    type: "object",
    by: "either",
    fields: { pk: key, keks: keys, dbs: keys, dbxs: keys },
    replaces,
  },
  sourceDisk: { type: "string", by: "optional", same: sameLink, replaces },
  sourceImage: { type: "string", by: "optional", same: sameLink, replaces },
  sourceSnapshot: { type: "string", by: "optional", same: sameLink, replaces },
  storageLocations: { type: "list", by: "either", replaces },
};

/** `gcp:compute/image:Image`. Not supported: encryption keys and `params`. */
export function image(api: () => Api): BridgedResource {
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ({ project: inputs.project ?? api().project, ...managedLabels(api(), inputs) }),
    adjustPlan: planLabels,
    create: (inputs, call) => insert(api(), inputs, call),
    read: (id, known) => readImage(api(), id, known),
    identify: (importId) => {
      const { project, name } = imageParts(importId, api().project);
      return { id: `projects/${project}/global/images/${name}`, known: { project, pulumiLabels: {} } };
    },
    update: (id, old, inputs, call) => setLabels(api(), id, old, inputs, call),
    delete: (id, old, call) => remove(api(), id, old, call),
  };
}

const SENT = [
  "description",
  "diskSizeGb",
  "family",
  "guestOsFeatures",
  "licenses",
  "name",
  "shieldedInstanceInitialState",
  "sourceDisk",
  "sourceImage",
  "sourceSnapshot",
  "storageLocations",
];

/** A failed operation leaves nothing behind, in the cloud or in the state. */
async function insert(api: Api, inputs: Properties, call: Call): Promise<Made> {
  const project = text(inputs, "project");
  const { source, containerType, sha1 } = asObject(inputs.rawDisk);
  const body = {
    ...Object.fromEntries(SENT.filter((key) => !isZero(inputs[key])).map((key) => [key, inputs[key]])),
    ...(source !== undefined && { rawDisk: { source, containerType, sha1Checksum: sha1 || undefined } }),
    labels: inputs.pulumiLabels,
  };
  const begun = api.compute("POST", `projects/${project}/global/images`, body);
  const operation = await prefixed("Error creating Image", begun);
  const timeoutSeconds = call.timeoutSeconds || TIMEOUT_SECONDS;
  const done = operationDone(api, project, operation, { activity: "Creating Image", timeoutSeconds, call });
  await prefixed("Error waiting to create Image", done);
  return { id: `projects/${project}/global/images/${text(inputs, "name")}` };
}

async function readImage(api: Api, id: string, known: Properties): Promise<Properties | undefined> {
  const found = await api.compute("GET", id).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
  if (!found) return undefined;
  return {
    ...known,
    archiveSizeBytes: Number(found.archiveSizeBytes ?? 0),
    creationTimestamp: text(found, "creationTimestamp"),
    deletionPolicy: known.deletionPolicy ?? "DELETE",
    description: text(found, "description"),
    diskSizeGb: Number(found.diskSizeGb ?? 0),
    family: text(found, "family"),
    guestOsFeatures: asList(found.guestOsFeatures).map((feature) => ({
      type: text(asObject(feature), "type"),
    })),
    labelFingerprint: text(found, "labelFingerprint"),
    licenses: asList(found.licenses),
    name: text(found, "name"),
    project: imageParts(id, api.project).project,
    selfLink: text(found, "selfLink"),
    shieldedInstanceInitialState: found.shieldedInstanceInitialState,
    sourceDisk: text(found, "sourceDisk"),
    sourceImage: text(found, "sourceImage"),
    sourceSnapshot: text(found, "sourceSnapshot"),
    storageLocations: asList(found.storageLocations),
    ...splitLabels(asTexts(found.labels), known),
  };
}

async function setLabels(
  api: Api,
  id: string,
  old: Properties,
  inputs: Properties,
  call: Call,
): Promise<void> {
  const labels = nextLabels(old, inputs);
  if (JSON.stringify(labels) === JSON.stringify(old.effectiveLabels)) return;
  const body = { labels, labelFingerprint: old.labelFingerprint };
  const operation = await prefixed(
    `Error updating Image "${id}"`,
    api.compute("POST", `${id}/setLabels`, body),
  );
  const timeoutSeconds = call.timeoutSeconds || TIMEOUT_SECONDS;
  const { project } = imageParts(id, api.project);
  await operationDone(api, project, operation, { activity: "Updating Image", timeoutSeconds, call });
}

async function remove(api: Api, id: string, old: Properties, call: Call): Promise<void> {
  if (old.deletionPolicy === "ABANDON") return;
  if (old.deletionPolicy === "PREVENT") {
    throw new Error(`cannot destroy Image without setting deletion_policy to "DELETE" or "ABANDON"`);
  }
  const operation = await api.compute("DELETE", id).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
  if (!operation) return;
  const timeoutSeconds = call.timeoutSeconds || TIMEOUT_SECONDS;
  const { project } = imageParts(id, api.project);
  await operationDone(api, project, operation, { activity: "Deleting Image", timeoutSeconds, call });
}

async function prefixed<T>(doing: string, body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (error) {
    throw new Error(`${doing}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
