import type * as pulumi from "@pulumi/pulumi";
import type { Closed } from "../closing";
import { ImprimaturResource } from "../resource";

export interface GallerySharingArgs extends Closed {
  /** ARM id of the gallery. */
  galleryId: pulumi.Input<string>;
  /** True: everyone on Azure sees it (`EnableCommunity`); the gallery's `sharingProfile` must say Community. */
  community: boolean;
  /** Subscriptions that may use it; needs permission `Groups`. */
  subscriptions: string[];
  /** Microsoft Entra tenants that may use it; needs permission `Groups`. */
  tenants: string[];
  /** Versions that others are not to see, as `definition/version`: nobody is let in before they are gone. */
  without?: string[];
}

/**
 * The gallery's share action (`galleries/share`), which no native resource has: the profile only says what *may* be
 * done. Waits for the operation, and until the gallery says so; how far regions are, Azure does not tell. Deleting this is `Reset`: private again.
 */
export class GallerySharing extends ImprimaturResource {
  /** Public name of a community gallery (`debian-1a2b3c…`); empty when it is not public. */
  declare readonly publicName: pulumi.Output<string>;

  constructor(name: string, args: GallerySharingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GallerySharing", name, args, ["publicName"], options);
  }
}
