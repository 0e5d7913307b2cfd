import type { Audience } from "../ledger";
import { isShared, type Release } from "../release";
import type { AwsRegion } from "./regions";
import type { AwsConfig } from "./schema";
import type { AwsSharing } from "./sharing";

/**
 * Staged images stay in the home region; every later state keeps the published copies. The home region comes first.
 */
export function awsRegionsOf(
  { homeRegion, regions }: AwsConfig,
  { state }: Pick<Release, "state">,
): AwsRegion[] {
  if (state === "staged") return [homeRegion];
  const others = (Object.keys(regions) as AwsRegion[]).filter((region) => region !== homeRegion).sort();
  return [homeRegion, ...others];
}

/** A region's own sharing replaces the general one entirely. */
export function awsSharingIn(config: AwsConfig, region: AwsRegion): AwsSharing {
  return config.regions[region]?.sharing ?? config.sharing;
}

export function awsAudience(config: AwsConfig, release: Release): Audience {
  return Object.fromEntries(
    awsRegionsOf(config, release).map((region) => [
      region,
      isShared(release.state) ? granteesOf(awsSharingIn(config, region)) : [],
    ]),
  );
}

/** All grantees in one list, in the spelling of an audience. */
function granteesOf({
  public: everyone,
  accounts,
  organizations,
  organizationalUnits,
}: AwsSharing): string[] {
  return [...(everyone ? ["public"] : []), ...[...accounts, ...organizations, ...organizationalUnits].sort()];
}
