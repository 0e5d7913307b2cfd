import { identityFor, subscriptionFor } from "./subscription";

/** All requests go to Resource Manager, whatever the region. */
export const AREA = "Azure";

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
