/** Creations that failed for the engine but may have completed in the cloud. */
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
 * Google's native image is dropped from the state when its operation cannot be watched to the end, because of an
 * expired token or a network failure (`d.SetId("")` after ComputeOperationWaitTime in resource_compute_image.go of
 * terraform-provider-google-beta 7.45, read 2026-11); the image is created nevertheless, and every later creation
 * fails with 409 alreadyExists. No operation is pending then. The arm64 image is lost likewise. Both are begun only
 * once their archive is in the state.
 */
const ARCHIVED = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"] as const;
const ARCHIVE = "imprimatur:gcp:ImageArchive";

/**
 * Pure.
 *
 * @param isPossible given: the state is older than the clouds, and any of its missing resources of these types may
 * exist
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
    const isBegun = isArchived(type) && urns.has(urn.replace(`$${type}::`, `$${ARCHIVE}::`));
    return isBegun || isPossible?.(creation) ? [creation] : [];
  });
}

/**
 * Google images to be created that are not in the state: after a `destroy` that did not know of them either, one may
 * exist. Pure.
 */
export function forgottenImages(
  steps: readonly PlannedStep[],
  deployment: Pick<Deployment, "resources">,
): Creation[] {
  const begun = unmarkedCreations(steps, deployment as Deployment).map(({ urn }) => urn);
  return unmarkedCreations(steps, deployment as Deployment, ({ resourceType }) =>
    isArchived(resourceType),
  ).filter(({ urn }) => !begun.includes(urn));
}

/**
 * Google images whose archive is complete in the state while the image is missing: begun, and dropped from the state.
 * For a `destroy`, which plans no creation. Pure.
 */
export function lostImages({ resources }: Pick<Deployment, "resources">): Creation[] {
  const urns = new Set(resources.map(({ urn }) => urn));
  return resources.flatMap(({ type, urn, inputs, outputs }) => {
    if (type !== ARCHIVE || outputs.unfinished === true || typeof inputs.image !== "string") return [];
    const made = ARCHIVED.map((resourceType) => urn.replace(`$${ARCHIVE}::`, `$${resourceType}::`));
    if (made.some((each) => urns.has(each))) return [];
    const [resourceType] = ARCHIVED;
    const { project, image: name } = inputs;
    return [{ urn: made[0] ?? urn, resourceType, inputs: { project, name } }];
  });
}

function isArchived(type: string): boolean {
  return (ARCHIVED as readonly string[]).includes(type);
}
