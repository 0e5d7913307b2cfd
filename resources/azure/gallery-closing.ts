import type * as pulumi from "@pulumi/pulumi";
import type { GalleryPermissions } from "../../config/azure/sharing";
import { ImprimaturResource } from "../resource";

export interface GalleryClosingArgs {
  /** Absent: the one that the environment or `az` names. */
  subscriptionId?: string;
  resourceGroup: string;
  gallery: string;
  /** What the native gallery is about to permit. */
  permissions: GalleryPermissions;
}

/**
 * What has to be done to a gallery before the native one changes what it permits: the share action's `Reset`. Nobody has
 * recorded how Azure reads a PUT without a sharing profile; read as Private it is refused while the gallery is shared.
 *
 * Nothing is done to a gallery that is not there, is not this stack's (tag `imprimatur:stack`), or permits that already.
 * Deleting this does nothing.
 */
export class GalleryClosing extends ImprimaturResource {
  constructor(name: string, args: GalleryClosingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GalleryClosing", name, args, ["galleryId"], options);
  }
}
