export type { TargetRegion } from "../../clouds/azure/gallery-version";
import type * as pulumi from "@pulumi/pulumi";
import type { TargetRegion } from "../../clouds/azure/gallery-version";
import { ImprimaturResource } from "../resource";
import type { ClosedRegions } from "./region-closing";

export interface VersionPublicationArgs {
  /** ARM id of a verified gallery version. */
  versionId: pulumi.Input<string>;
  /** Every region with a copy, including the one it was created in. */
  targetRegions: readonly TargetRegion[];
  /** True: "latest" does not resolve to it; it can still be used by its name. */
  excludeFromLatest: boolean;
  /** RFC 3339; informational. */
  endOfLifeDate?: string;
  /** Our tags of the version; others' stay as they are. */
  tags: Record<string, string>;
  /** The version's closing count: these properties belong to the one created since. */
  closings?: pulumi.Input<number | undefined>;
  /** After which closing each region was taken out last: one that is wanted again is given again. */
  closedRegions?: pulumi.Input<ClosedRegions | undefined>;
  /** Where it may be by what the guard agreed to last; see provider/agreed.ts. No difference. */
  agreed?: pulumi.Input<string[]>;
}

/**
 * Regions of a gallery version, and its inclusion in "latest": everything that changes after its creation, so that a
 * version can be read back before it is visible. The native resource creates it in one region, excluded from
 * "latest", and never changes it again. Deletion restores that.
 */
export class VersionPublication extends ImprimaturResource {
  constructor(name: string, args: VersionPublicationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:VersionPublication", name, args, [], options);
  }
}
