/** Creations that were begun, failed for the engine, and can have come to their end in the cloud all the same. */
import type { Deployment, Properties } from "../deployment";
import type { Creation } from "./remnant";

/** A step of the engine's preview. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Its inputs. */
  readonly now?: Properties;
}

/**
 * The native image of Google is dropped from the state when its operation cannot be watched to the end, be it for a token that
 * is over or a network that is gone (`d.SetId("")` after ComputeOperationWaitTime in resource_compute_image.go of
 * terraform-provider-google-beta 7.45, read 2026-11); the image is made nevertheless, and every later creation is answered 409
 * alreadyExists. No operation is pending then. The one of arm64 is forgotten likewise. Both are begun only once their archive is
 * in the state.
 */
const ARCHIVED = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"];
const ARCHIVE = "imprimatur:gcp:ImageArchive";

/**
 * Pure.
 *
 * @param isPossible given: the state is older than what the clouds hold, and whatever it lacks of these types may be there
 */
export function unmarkedCreations(
  steps: readonly PlannedStep[],
  { resources }: Deployment,
  isPossible?: (creation: Creation) => boolean,
): Creation[] {
  const urns = new Set(resources.map(({ urn }) => urn));
  return steps.flatMap(({ op, urn, type, now }) => {
    if (op !== "create" || !now) return [];
    const creation = { urn, resourceType: type, inputs: now };
    const isBegun = ARCHIVED.includes(type) && urns.has(urn.replace(`$${type}::`, `$${ARCHIVE}::`));
    return isBegun || isPossible?.(creation) ? [creation] : [];
  });
}
