import type * as pulumi from "@pulumi/pulumi";
import type { Closed } from "../closing";
import { ImprimaturResource } from "../resource";

export interface GallerySharingArgs extends Closed {
  /** ARM id of the gallery. */
  galleryId: pulumi.Input<string>;
  /** True: public to everyone on Azure (`EnableCommunity`); the gallery's `sharingProfile` must be Community. */
  community: boolean;
  /** Subscriptions with access; needs permission `Groups`. */
  subscriptions: string[];
  /** Microsoft Entra tenants with access; needs permission `Groups`. */
  tenants: string[];
  /** Versions that must not be visible, as `definition/version`: access is granted only after they are deleted. */
  without?: string[];
  /** Who may have it by what the guard agreed to last; see provider/agreed.ts. No difference. */
  agreed?: pulumi.Input<string[]>;
}

/**
 * The gallery's share action (`galleries/share`), which no native resource has: the profile only sets what *may* be
 * done. Waits for the operation, and until the gallery reports the result; Azure reports no progress per region.
 * Deletion is `Reset`: private again.
 */
export class GallerySharing extends ImprimaturResource {
  /** Public name of a community gallery (`debian-1a2b3c…`); empty if not public. */
  declare readonly publicName: pulumi.Output<string>;

  constructor(name: string, args: GallerySharingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GallerySharing", name, args, ["publicName"], options);
  }
}
