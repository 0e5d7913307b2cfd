import type * as pulumi from "@pulumi/pulumi";
import type { GalleryPermissions } from "../../config/azure/sharing";
import { type Beginning, Closing } from "../closing";

export interface GalleryClosingArgs {
  /** Absent: from the environment or `az`. */
  subscriptionId?: string;
  resourceGroup: string;
  gallery: string;
  /** The native gallery's upcoming permissions. */
  permissions: GalleryPermissions;
  /** Remaining subscriptions if that is `Groups`. Absent: written before this was kept. */
  subscriptions?: string[];
  /** Remaining Microsoft Entra tenants, likewise. */
  tenants?: string[];
}

/**
 * Removes access to a gallery: subscriptions and tenants one by one, everyone through the share action's `Reset`. It
 * also precedes a change of the native gallery's permissions: no record shows how Azure reads a PUT without a sharing
 * profile; if as Private, it is refused while the gallery is shared.
 *
 * Created for a gallery that must be private, it checks whether the gallery is shared.
 */
export class GalleryClosing extends Closing {
  constructor(name: string, args: GalleryClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GalleryClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
