import type { Properties } from "../../../plugin/resource";
import type { BridgedResource } from "../bridge/resource";
import type { Schema } from "../bridge/schema";
import { asList, asObject, asTexts, text } from "../properties";
import { type Api, isStatus } from "./api";
import { LABELS, managedLabels, nextLabels, planLabels, splitLabels } from "./labels";

const upperCase = (before: string, after: string) => before.toUpperCase() === after.toUpperCase();

const PROPERTIES: Schema = {
  ...LABELS,
  forceDestroy: { type: "bool", by: "optional", default: false, writeOnly: true },
  location: { type: "string", by: "required", same: upperCase, replaces: true },
  name: {
    type: "string",
    by: "required",
    autoname: { maxLength: 63, lowerCase: true },
    replaces: true,
  },
  project: { type: "string", by: "either", replaces: true },
  projectNumber: { type: "int", by: "cloud" },
  publicAccessPrevention: { type: "string", by: "either", oneOf: ["enforced", "inherited"] },
  selfLink: { type: "string", by: "cloud" },
  softDeletePolicy: {
    type: "object",
    by: "either",
    fields: {
      effectiveTime: { type: "string", by: "cloud" },
      retentionDurationSeconds: { type: "int", by: "optional", default: 7 * 86_400 },
    },
  },
  storageClass: { type: "string", by: "optional", default: "STANDARD" },
  timeCreated: { type: "string", by: "cloud" },
  uniformBucketLevelAccess: { type: "bool", by: "either" },
  updated: { type: "string", by: "cloud" },
  url: { type: "string", by: "cloud" },
};

/** `gcp:storage/bucket:Bucket`, as far as needed for archives: no lifecycle, versions or website. */
export function bucket(api: () => Api): BridgedResource {
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ({ project: inputs.project ?? api().project, ...managedLabels(api(), inputs) }),
    adjustPlan: planLabels,
    async create(inputs) {
      const body = {
        ...settings(inputs),
        name: inputs.name,
        location: inputs.location,
        labels: inputs.pulumiLabels,
      };
      await api().storage("POST", `b?project=${encodeURIComponent(text(inputs, "project"))}`, body);
      return { id: text(inputs, "name") };
    },
    read: (id, known) => readBucket(api(), id, known),
    async update(id, old, inputs) {
      const labels = nextLabels(old, inputs);
      const removed = Object.keys(asObject(old.effectiveLabels)).filter((key) => !(key in labels));
      const patch = {
        ...settings(inputs),
        labels: { ...labels, ...Object.fromEntries(removed.map((key) => [key, null])) },
      };
      await api().storage("PATCH", `b/${id}`, patch);
    },
    async delete(id, old) {
      if (old.forceDestroy === true) await empty(api(), id);
      await api()
        .storage("DELETE", `b/${id}`)
        .catch((error: unknown) => {
          if (isStatus(error, 409)) {
            throw new Error(
              `Error trying to delete bucket ${id} containing objects without \`force_destroy\` set to true`,
              { cause: error },
            );
          }
          if (!isStatus(error, 404)) throw error;
        });
    },
  };
}

function settings(inputs: Properties): Properties {
  const { publicAccessPrevention, uniformBucketLevelAccess: enabled, softDeletePolicy } = inputs;
  const { retentionDurationSeconds } = asObject(softDeletePolicy);
  return {
    storageClass: inputs.storageClass,
    ...(softDeletePolicy !== undefined && { softDeletePolicy: { retentionDurationSeconds } }),
    ...((publicAccessPrevention !== undefined || enabled !== undefined) && {
      iamConfiguration: {
        ...(publicAccessPrevention !== undefined && { publicAccessPrevention }),
        ...(enabled !== undefined && { uniformBucketLevelAccess: { enabled } }),
      },
    }),
  };
}

async function readBucket(api: Api, id: string, known: Properties): Promise<Properties | undefined> {
  const found = await api.storage("GET", `b/${id}`).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
  if (!found) return undefined;
  const access = asObject(found.iamConfiguration);
  const { retentionDurationSeconds } = asObject(found.softDeletePolicy);
  return {
    ...known,
    forceDestroy: known.forceDestroy ?? false,
    location: text(found, "location"),
    name: text(found, "name"),
    projectNumber: Number(found.projectNumber ?? 0),
    publicAccessPrevention: text(access, "publicAccessPrevention"),
    selfLink: text(found, "selfLink"),
    softDeletePolicy: {
      retentionDurationSeconds: Number(retentionDurationSeconds ?? 0),
      effectiveTime: text(asObject(found.softDeletePolicy), "effectiveTime"),
    },
    storageClass: text(found, "storageClass"),
    timeCreated: text(found, "timeCreated"),
    uniformBucketLevelAccess: asObject(access.uniformBucketLevelAccess).enabled === true,
    updated: text(found, "updated"),
    url: `gs://${id}`,
    ...splitLabels(asTexts(found.labels), known),
  };
}

async function empty(api: Api, id: string): Promise<void> {
  for (;;) {
    const { items } = await api.storage("GET", `b/${id}/o`);
    if (asList(items).length === 0) return;
    for (const item of asList(items)) {
      await api.storage("DELETE", `b/${id}/o/${encodeURIComponent(text(asObject(item), "name"))}`);
    }
  }
}
