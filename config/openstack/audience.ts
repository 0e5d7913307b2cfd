import type { Audience } from "../ledger";
import { isShared, type Release } from "../release";
import { openstackGranteesIn } from "./access";
import type { OpenstackConfig, OpenstackRegion } from "./schema";

/** Nobody but the project that owns it. */
export const PRIVATE: OpenstackRegion = { visibility: "private", projects: [] };

/** Who sees a release in each region. A region has its own upload, so a staged release is in every one of them. */
export function openstackSharing(
  { regions }: OpenstackConfig,
  { state }: Pick<Release, "state">,
): [region: string, sharing: OpenstackRegion][] {
  return Object.keys(regions)
    .sort()
    .map((region) => [region, isShared(state) ? (regions[region] ?? PRIVATE) : PRIVATE]);
}

export function openstackAudience(config: OpenstackConfig, release: Release): Audience {
  return Object.fromEntries(
    openstackSharing(config, release).map(([region, sharing]) => [region, openstackGranteesIn(sharing)]),
  );
}
