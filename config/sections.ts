import { type Cloud, CLOUDS, onEachCloud } from "../facts/clouds";
import type { ClosingReaders } from "./access";
import { CLOUD_CONFIGS, type CloudSections } from "./clouds";

/** Possible grantees of a closing's place, on every cloud. */
export const CLOSING_READERS: ClosingReaders = Object.assign(
  {},
  ...CLOUDS.map((cloud) => CLOUD_CONFIGS[cloud].closings),
) as ClosingReaders;

/** Visits the clouds that a stack file names. */
export function onEachSection<R>(
  sections: Partial<CloudSections>,
  visit: <C extends Cloud>(cloud: C, section: CloudSections[C]) => R,
): [Cloud, R][] {
  return onEachCloud<CloudSections, R>(sections, visit);
}
