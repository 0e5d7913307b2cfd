/** Creations whose leftovers block the next one, and how to find those. */
import type { Deployment } from "../deployment";
import { CLOUD_AUDITS } from "../clouds";
import type { Creation, FindRemnant, Recovery, Remnant } from "./remnant";

const FINDERS = Object.assign({}, ...Object.values(CLOUD_AUDITS).map(({ remnants }) => remnants)) as Readonly<
  Record<string, FindRemnant>
>;

/** True if a creation of this type can leave a blocking object. */
export function leavesRemnants({ resourceType }: Pick<Creation, "resourceType">): boolean {
  return resourceType in FINDERS;
}

/**
 * @returns `undefined` when nothing blocks the creation
 * @throws {CloudFailure} when the cloud cannot be queried
 */
export async function findRemnant(
  { resourceType, inputs, urn }: Creation,
  recovery: Recovery,
): Promise<Remnant | undefined> {
  return FINDERS[resourceType]?.(inputs, recovery, urn);
}

/** Ids of all resources in the state. */
export function idsOf({ everything }: Deployment): ReadonlySet<string> {
  return new Set(everything.map(({ id }) => id.toLowerCase()).filter(Boolean));
}

/** The subscription of the ids in the state. */
export function subscriptionIn({ everything }: Deployment): string | undefined {
  return everything
    .map(({ id }) => /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1])
    .find((id) => id !== undefined);
}
