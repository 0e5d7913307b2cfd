import type * as pulumi from "@pulumi/pulumi";
import type { GalleryPermissions } from "../../config/azure/sharing";
import { type Beginning, Closing } from "../closing";

export interface GalleryClosingArgs {
  /** Absent: the one that the environment or `az` names. */
  subscriptionId?: string;
  resourceGroup: string;
  gallery: string;
  /** What the native gallery is about to permit. */
  permissions: GalleryPermissions;
  /** Who may see it at most where that is `Groups`. Absent: written before this was kept. */
  subscriptions?: string[];
  /** The same of Microsoft Entra tenants. */
  tenants?: string[];
}

/**
 * Takes a gallery from those who may not see it any more: subscriptions and tenants one by one, everyone by the share
 * action's `Reset`. That comes before the native gallery changes what it permits, too: nobody has recorded how Azure reads a
 * PUT without a sharing profile; read as Private it is refused while the gallery is shared.
 *
 * Made where nobody may see the gallery, it looks whether somebody does.
 */
export class GalleryClosing extends Closing {
  constructor(name: string, args: GalleryClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GalleryClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
