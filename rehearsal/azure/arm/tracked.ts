import { z } from "zod";
import type { Tags, Tracked } from "../state";
import { ArmError } from "./errors";
import { requireLocation } from "./locations";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
const FORBIDDEN_IN_TAGS = /[<>%&\\?/]/;

export const tagsSchema = z
  .record(
    z
      .string()
      .min(1)
      .max(512)
      .refine((name) => !FORBIDDEN_IN_TAGS.test(name), "Tag names cannot contain <, >, %, &, \\, ? or /."),
    z.string().max(256),
  )
  .refine((tags) => Object.keys(tags).length <= 50, "A resource has at most 50 tags.")
  .refine(
    (tags) => new Set(Object.keys(tags).map((name) => name.toLowerCase())).size === Object.keys(tags).length,
    "Tag names are the same in any case, and each can be given once.",
  );

/** Read-only members that a client may send back; ARM ignores them. */
export const readOnly = z.unknown().optional();

/** Members of every tracked resource's body, except `properties`. */
export const trackedMembers = {
  id: readOnly,
  name: readOnly,
  type: readOnly,
  systemData: readOnly,
  etag: readOnly,
  location: z.string().min(1),
  tags: tagsSchema.optional(),
};

/** Members of a PATCH body, except `properties`. */
export const patchMembers = { id: readOnly, name: readOnly, type: readOnly, tags: tagsSchema.optional() };

/** The body of a response. */
export const trackedBody = (resource: Tracked, type: string, properties: Record<string, unknown>) => ({
  id: resource.id,
  name: resource.name,
  type: `Microsoft.Compute/${type}`,
  location: resource.location,
  ...(resource.tags && { tags: resource.tags }),
  properties: { provisioningState: resource.provisioningState, ...properties },
});

/** The region of a new resource, or that of an existing one, which is immutable. */
export function placed(existing: Tracked | undefined, location: string, type: string): string {
  const name = requireLocation(location, `Microsoft.Compute/${type}`);
  if (!existing || existing.location === name) return name;
  throw new ArmError(
    409,
    "InvalidResourceLocation",
    `The resource '${existing.name}' already exists in location '${existing.location}' in resource group '${existing.id.split("/")[4]}'. A resource with the same name cannot be created in location '${name}'. Please select a new resource name.`,
  );
}

/** Nothing can be changed during an earlier change. */
export function requireIdle(resource: Tracked): void {
  if (["Succeeded", "Failed"].includes(resource.provisioningState)) return;
  throw new ArmError(
    409,
    "Conflict",
    `The request failed due to conflict with a concurrent request: the resource '${resource.name}' is ${resource.provisioningState}. To resolve it, wait until the operation is over and try again.`,
  );
}

export const newTracked = (id: string, location: string, tags: Tags | undefined): Tracked => ({
  id,
  name: id.split("/").at(-1) ?? "",
  location,
  ...(tags && { tags }),
  created: new Date().toISOString(),
  provisioningState: "Creating",
});
