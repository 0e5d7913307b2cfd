export type { DefinitionProperties } from "../../clouds/azure/preflight-plan";
import type * as pulumi from "@pulumi/pulumi";
import type { AzurePreflightPlan } from "../../clouds/azure/preflight-plan";
import type { GalleryPermissions } from "../../config/azure/sharing";
import type { RawDiskArgs } from "../raw-disk";
import { ImprimaturResource } from "../resource";

/** A change of `definitions`, `definitionProperties` or `rawDisks` does not repeat the checks. */
export interface PreflightArgs extends Omit<AzurePreflightPlan, "subscriptionId" | "stack" | "isFirst"> {
  /** Refuse to publish from any other subscription; absent: that of the environment (`ARM_SUBSCRIPTION_ID`). */
  subscriptionId?: string;
  /** The gallery will have grantees. Absent: none. */
  shared?: boolean;
  /** The gallery's permissions after the `up`. */
  permissions?: GalleryPermissions;
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
  /** Raw disks on this machine, by the managed disk's name. */
  rawDisks?: Record<string, Pick<RawDiskArgs, "imageFile" | "architecture" | "size">>;
}

/**
 * Checks early everything that Azure would refuse late: credentials, subscription, Microsoft.Compute registered,
 * regions available to the subscription, resource group, names of disks and versions. All problems are reported at
 * once.
 */
export class Preflight extends ImprimaturResource {
  /** The publishing subscription. */
  declare readonly publisherSubscription: pulumi.Output<string>;
  /** Public name of an existing public gallery; else "". */
  declare readonly galleryPublicName: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:Preflight", name, args, ["publisherSubscription", "galleryPublicName"], options);
  }
}
