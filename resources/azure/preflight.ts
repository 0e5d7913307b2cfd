import type * as pulumi from "@pulumi/pulumi";
import type { GalleryPermissions } from "../../config/azure/sharing";
import { ImprimaturResource } from "../resource";

export interface PreflightArgs {
  /** Refuse to publish from any other subscription; absent: that of the environment (`ARM_SUBSCRIPTION_ID`). */
  subscriptionId?: string;
  resourceGroup: string;
  /** True: the resource group must exist. False: the program creates it. */
  resourceGroupExists: boolean;
  /** The gallery will have grantees. Absent: none. */
  shared?: boolean;
  /** The gallery's permissions after the `up`. */
  permissions?: GalleryPermissions;
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
  /** Region of the disks and the gallery. */
  location: string;
  /** All replication regions of versions. */
  regions: string[];
  gallery: string;
  /**
   * Required sharing of an existing gallery, set by its owner: any other is refused. Absent: the program creates the
   * gallery.
   */
  gallerySharing?: {
    community: boolean;
    subscriptions: string[];
    tenants: string[];
  };
  /** True: the definitions must exist. Absent: the program creates them. */
  definitionExists?: boolean;
  /** Managed disks to be created, or already ours. */
  disks: NamedBytes[];
  /** Gallery versions, likewise, as `definition/version`. */
  versions: NamedBytes[];
  /** Raw disks on this machine, by the managed disk's name. A change does not repeat the checks. */
  rawDisks?: Record<string, { imageFile: string; architecture: string; size: number }>;
  /** Image definitions of the versions, with their SecurityType; likewise. */
  definitions?: Record<string, string>;
  /** Required immutable properties of these definitions; likewise. */
  definitionProperties?: Record<string, DefinitionProperties>;
}

/** Properties of an image definition that Azure never changes; the identifier of an existing one is its owner's. */
export interface DefinitionProperties {
  osType: "Linux";
  osState: "Generalized";
  hyperVGeneration: string;
  architecture: string;
  identifier: { publisher: string; offer: string; sku: string };
}

/** A name, and the SHA-256 (hex) of its raw disk: an existing object with other bytes is refused. */
interface NamedBytes {
  name: string;
  sha256: string;
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
