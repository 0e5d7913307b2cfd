/** The planned publication, as a preflight checks it. */
import type { GalleryShares } from "./gallery-sharing";

/** Names a gallery and the region of its disks. */
export interface GalleryPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly gallery: string;
  /** Region of the disks and the gallery. */
  readonly location: string;
}

export interface AzurePreflightPlan extends GalleryPlace {
  /** True: the resource group must exist. False: the program creates it. */
  readonly resourceGroupExists: boolean;
  /**
   * Required sharing of an existing gallery, set by its owner: any other is refused. Absent: the program creates the
   * gallery.
   */
  readonly gallerySharing?: GalleryShares;
  /** All replication regions of versions. */
  readonly regions: readonly string[];
  /** Managed disks to be created, or already ours. */
  readonly disks: readonly NamedBytes[];
  /** Gallery versions, likewise, as `definition/version`. */
  readonly versions: readonly NamedBytes[];
  /** True: the definitions must exist. Absent: the program creates them. */
  readonly definitionExists?: boolean;
  /** Image definitions of the versions, with their SecurityType. */
  readonly definitions?: Readonly<Record<string, string>>;
  /** Required immutable properties of these definitions. Absent: not specified. */
  readonly definitionProperties?: Readonly<Record<string, DefinitionProperties>>;
  /** Value of the tag `imprimatur:stack` on this stack's own objects, which may already have the names. */
  readonly stack: string;
  /** This stack's state has nothing of the release yet: an object with its tags is not its own. Absent: it has. */
  readonly isFirst?: boolean;
}

/** Properties of an image definition that Azure never changes; the identifier of an existing one is its owner's. */
export interface DefinitionProperties {
  readonly osType: "Linux";
  readonly osState: "Generalized";
  readonly hyperVGeneration: string;
  readonly architecture: string;
  readonly identifier: { readonly publisher: string; readonly offer: string; readonly sku: string };
}

/** A name, and the SHA-256 (hex) of its raw disk: an existing object with other bytes is refused. */
interface NamedBytes {
  readonly name: string;
  readonly sha256: string;
}
