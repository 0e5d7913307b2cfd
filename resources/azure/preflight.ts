import type * as pulumi from "@pulumi/pulumi";
import type { GalleryPermissions } from "../../config/azure/sharing";
import { ImprimaturResource } from "../resource";

export interface PreflightArgs {
  /** Refuse to publish from any other subscription; absent: the one of the environment (`ARM_SUBSCRIPTION_ID`). */
  subscriptionId?: string;
  resourceGroup: string;
  /** True: the resource group must be there already. False: the program makes it. */
  resourceGroupExists: boolean;
  /** The gallery will be shared with somebody. Absent: with nobody. */
  shared?: boolean;
  /** What the gallery will permit then. */
  permissions?: GalleryPermissions;
  /** Nothing is asked for a withdrawn release; one that comes back is asked for everything again. */
  withdrawn?: boolean;
  /** Region of the disks and the gallery. */
  location: string;
  /** Every region that versions are replicated to. */
  regions: string[];
  gallery: string;
  /** How the gallery, which is there, is shared by its owner: refused when it is not. Absent: the program makes the gallery. */
  gallerySharing?: {
    community: boolean;
    subscriptions: string[];
    tenants: string[];
  };
  /** True: the definitions must be there already. Absent: the program makes them. */
  definitionExists?: boolean;
  /** Managed disks that are about to be made, or are ours already. */
  disks: NamedBytes[];
  /** The same of gallery versions, as `definition/version`. */
  versions: NamedBytes[];
  /** Where the raw disk of each of the disks is on this machine, by the disk's name. A change of it asks nothing again. */
  rawDisks?: Record<string, { imageFile: string; architecture: string; size: number }>;
  /** Names of the image definitions that versions are made in, and their SecurityType; likewise. */
  definitions?: Record<string, string>;
}

/** A name, and the SHA-256 of the raw disk (hex) that it stands for: the same name with other bytes is refused. */
export interface NamedBytes {
  name: string;
  sha256: string;
}

/**
 * Everything that Azure would refuse late, asked first: credentials, subscription, Microsoft.Compute registered, regions
 * open to the subscription, resource group, names of disks and versions. All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  /** The subscription that publishes. */
  declare readonly publisherSubscription: pulumi.Output<string>;
  /** Of a gallery that is there and open to everyone; else "". */
  declare readonly galleryPublicName: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:Preflight", name, args, ["publisherSubscription", "galleryPublicName"], options);
  }
}
