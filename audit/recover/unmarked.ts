/** Creations that failed for the engine but may have completed in the cloud. */
import { CLOUD_AUDITS } from "../clouds";
import type { Deployment, Properties } from "../deployment";
import type { DroppedObjects } from "./dropped";
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
    const dropped = droppedOf(type);
    const isBegun = dropped && urns.has(sibling(urn, type, dropped.source));
    return isBegun || isPossible?.(creation) ? [creation] : [];
  });
}

/**
 * Objects to be created that a provider may have dropped and whose source is not in the state either: after a `destroy`
 * that did not know of them, one may exist. Pure.
 */
export function forgottenCreations(
  steps: readonly PlannedStep[],
  deployment: Pick<Deployment, "resources">,
): Creation[] {
  const begun = unmarkedCreations(steps, deployment as Deployment).map(({ urn }) => urn);
  return unmarkedCreations(
    steps,
    deployment as Deployment,
    ({ resourceType }) => droppedOf(resourceType) !== undefined,
  ).filter(({ urn }) => !begun.includes(urn));
}

/**
 * Objects whose source is complete in the state while they are missing: begun, and dropped from the state. For a
 * `destroy`, which plans no creation. Pure.
 */
export function droppedCreations({ resources }: Pick<Deployment, "resources">): Creation[] {
  const urns = new Set(resources.map(({ urn }) => urn));
  return resources.flatMap(({ type, urn, inputs, outputs }) => {
    const dropped = ALL.find(({ source }) => source === type);
    const identity = dropped?.madeOf({ inputs, outputs });
    if (!dropped || !identity) return [];
    const made = dropped.types.map((resourceType) => sibling(urn, type, resourceType));
    if (made.some((each) => urns.has(each))) return [];
    const [resourceType] = dropped.types;
    return [{ urn: sibling(urn, type, resourceType), resourceType, inputs: identity }];
  });
}

const ALL: readonly DroppedObjects[] = Object.values(CLOUD_AUDITS).flatMap(({ dropped }) => dropped ?? []);

function droppedOf(type: string): DroppedObjects | undefined {
  return ALL.find(({ types }) => types.includes(type));
}

/** URN of the resource of another type with the same parent and name. */
function sibling(urn: string, type: string, other: string): string {
  return urn.replace(`$${type}::`, `$${other}::`);
}
