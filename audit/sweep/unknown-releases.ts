/**
 * Leftovers that may belong to another state: stacks of the same name, project and product in two backends bear the
 * same tags, and the clouds know nothing of backends.
 */
import { CLOUD_AUDITS } from "../clouds";
import type { Deployment } from "../deployment";
import type { Leftover } from "./leftover";
import { nameRelease, resourceNames } from "./resource-names";

/**
 * An update writes a release's preflight to the state before it creates anything in a cloud; so what a killed update
 * left is of a release that its state has. An object without a version in its tags counts if the state is empty.
 *
 * @returns versions that the state does not have, sorted; `something without a version` for such objects
 */
export function unknownReleases(leftovers: readonly Leftover[], deployment: Deployment): string[] {
  const names = resourceNames([...deployment.everything, ...deployment.pending]);
  const isEmpty = deployment.everything.every(({ type }) => !type.startsWith("imprimatur:"));
  const spellings = Object.values(CLOUD_AUDITS).flatMap(({ spellingInTags }) => spellingInTags ?? []);
  const spelled = spellings.flatMap((spell) => names.map(spell));
  const isKnown = (release: string) => nameRelease([...names, ...spelled], release);
  const unknown = leftovers.flatMap(({ release }) => {
    if (release === undefined) return isEmpty ? ["something without a version"] : [];
    return isKnown(release) ? [] : [release];
  });
  return [...new Set(unknown)].sort();
}
