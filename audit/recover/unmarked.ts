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
const ARCHIVED = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"] as const;
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
    const isBegun = isArchived(type) && urns.has(urn.replace(`$${type}::`, `$${ARCHIVE}::`));
    return isBegun || isPossible?.(creation) ? [creation] : [];
  });
}

/**
 * Images of Google that are to be made, and of which the state knows nothing: after a `destroy` that knew nothing of them either,
 * one may be there. Pure.
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
 * Images of Google that the state has the whole archive of, and not the image: begun, and dropped from the state. What a `destroy`
 * looks for, which plans no creation. Pure.
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
