import { z } from "zod";
import { invalidField } from "../errors";
import { isRfc3339 } from "../time";
import { imageLink, parseGlobalLink } from "./links";

/** Body of `deprecate`, and the field `deprecated` of an image. */
export const deprecationSchema = z.strictObject({
  state: z.string().optional(),
  replacement: z.string().optional(),
  deprecated: z.string().optional(),
  obsolete: z.string().optional(),
  deleted: z.string().optional(),
});

export interface Deprecation {
  state?: string;
  replacement?: string;
  deprecated?: string;
  obsolete?: string;
  deleted?: string;
}

const STATES: readonly string[] = ["ACTIVE", "DEPRECATED", "OBSOLETE", "DELETED"];

/**
 * A deprecation in stored form; an empty one clears it. The dates are informational: no state changes by itself.
 * https://cloud.google.com/compute/docs/reference/rest/v1/images/deprecate
 */
export function readDeprecation(
  request: z.infer<typeof deprecationSchema>,
  prefix: string,
  project: string,
): Deprecation | undefined {
  const { state, replacement } = request;
  if (state !== undefined && !STATES.includes(state)) {
    throw invalidField(`${prefix}state`, state, `Must be one of [${STATES.join(", ")}]`);
  }
  for (const field of ["deprecated", "obsolete", "deleted"] as const) {
    const value = request[field];
    if (value !== undefined && !isRfc3339(value)) {
      throw invalidField(`${prefix}${field}`, value, "Must be a valid RFC3339 value.");
    }
  }
  const image = replacement === undefined ? undefined : parseGlobalLink(replacement, "images", project);
  if (replacement !== undefined && (!image || image.family)) {
    throw invalidField(`${prefix}replacement`, replacement, "The URL is malformed.");
  }
  if (Object.keys(request).length === 0) return undefined;
  return {
    ...request,
    ...(image ? { replacement: imageLink(image.project, image.name) } : {}),
  };
}

/** True if a family skips an image in this state. */
export function isWithdrawn(deprecation: Deprecation | undefined): boolean {
  return deprecation?.state !== undefined && deprecation.state !== "ACTIVE";
}
