import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface PreflightArgs {
  /** Refuse to publish from any other subscription; absent: the one of the environment (`ARM_SUBSCRIPTION_ID`). */
  subscriptionId?: string;
  resourceGroup: string;
  /** True: the resource group must be there already. False: the program makes it. */
  resourceGroupExists: boolean;
  /** Region of the disks and the gallery. */
  location: string;
  /** Every region that versions are replicated to. */
  regions: string[];
  gallery: string;
  /** `definition/version` pairs that are about to be taken; one made from another digest is refused. */
  versions: string[];
}

/**
 * Everything that Azure would refuse late, asked first: credentials, subscription, Microsoft.Compute registered, regions
 * open to the subscription, resource group, versions. All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  /** The subscription that publishes. */
  declare readonly publisherSubscription: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:Preflight", name, args, ["publisherSubscription"], options);
  }
}
