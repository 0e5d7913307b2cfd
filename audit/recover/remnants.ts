/** Creations whose leftovers block the next one, and how to find those. */
import { type Cloud, CLOUDS } from "../../facts/clouds";
import type { Deployment } from "../deployment";
import { CLOUD_AUDITS } from "../clouds";
import type { Creation, Recovery, Remnant } from "./remnant";

/** True if a creation of this type can leave a blocking object. */
export function leavesRemnants({ resourceType }: Pick<Creation, "resourceType">): boolean {
  return cloudOf(resourceType) !== undefined;
}

/** Accounts of the creations that do not tell it themselves. */
export async function accountsOf(
  creations: readonly Creation[],
  deployment: Deployment,
): Promise<Recovery["accounts"]> {
  const clouds = new Set(creations.flatMap(({ resourceType }) => cloudOf(resourceType) ?? []));
  const accounts = await Promise.all(
    [...clouds].map(async (cloud) => [cloud, await CLOUD_AUDITS[cloud].accountOf?.(deployment)] as const),
  );
  return Object.fromEntries(accounts);
}

/**
 * @returns `undefined` when nothing blocks the creation
 * @throws {CloudFailure} when the cloud cannot be queried
 */
export async function findRemnant(
  { resourceType, inputs, urn }: Creation,
  recovery: Recovery,
): Promise<Remnant | undefined> {
  const cloud = cloudOf(resourceType);
  if (cloud === undefined) return undefined;
  return CLOUD_AUDITS[cloud].load().remnants[resourceType]?.(inputs, recovery, urn);
}

/** The cloud where a creation of this type can leave a blocking object. */
function cloudOf(resourceType: string): Cloud | undefined {
  return CLOUDS.find((cloud) => CLOUD_AUDITS[cloud].remnants.includes(resourceType));
}

/** Ids of all resources in the state. */
export function idsOf({ everything }: Deployment): ReadonlySet<string> {
  return new Set(everything.map(({ id }) => id.toLowerCase()).filter(Boolean));
}
