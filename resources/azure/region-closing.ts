import * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";
import type { VersionClosingArgs } from "./version-closing";

export interface RegionClosingArgs extends Omit<VersionClosingArgs, "allowed"> {
  /** Where it may be at most; the region that it was made in is never taken from it. */
  regions: string[];
  /** False: `VersionClosing` deletes it, so that no region is asked for. */
  allowed: boolean;
}

/** After which closing each region was taken out last. */
export type ClosedRegions = Readonly<Record<string, number>>;

/**
 * Takes a gallery version out of regions in which it is not to be any more: a PUT of the version without them. It is asked for at
 * once, and not waited for: whatever changes the version next waits until Azure is done.
 */
export class RegionClosing extends Closing {
  /** The publication's record of a region is valid while both have the same number of it. */
  declare readonly closedRegions: pulumi.Output<ClosedRegions>;

  constructor(name: string, args: RegionClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super(
      "imprimatur:azure:RegionClosing",
      name,
      args,
      ["open", "openFor", "closings", "closedRegions"],
      options,
    );
  }
}

/** {@link RegionClosing.closedRegions}: nothing while no region was taken out, as in states of older versions. */
export function closedRegionsOf(
  closing: Closing | undefined,
): pulumi.Output<ClosedRegions | undefined> | undefined {
  if (!(closing instanceof RegionClosing)) return undefined;
  return pulumi
    .output(closing.closedRegions)
    .apply((each) => (Object.keys(each ?? {}).length > 0 ? each : undefined));
}
