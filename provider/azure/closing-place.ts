import type { Fields } from "../../plugin/shape";
import { text } from "../fields";
import { identityFor, subscriptionFor } from "./subscription";

/** All requests go to Resource Manager, whatever the region. */
export const AREA = "Azure";

/** Inputs that name a gallery. */
export const PLACE: Fields<Place> = {
  ...{ subscriptionId: text.optional(), resourceGroup: text, gallery: text },
};

interface Place {
  readonly subscriptionId?: string;
  readonly resourceGroup: string;
  readonly gallery: string;
}

/** ARM id of the gallery, built from names only. */
export async function galleryIdOf({ subscriptionId, resourceGroup, gallery }: Place): Promise<string> {
  const subscription = await subscriptionFor(subscriptionId, identityFor(process.env));
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/galleries/${gallery}`;
}
