import { identityFor, subscriptionFor } from "./subscription";

/** Everything is asked of Resource Manager, whatever its region. */
export const AREA = "Azure";

interface Place {
  readonly subscriptionId?: string;
  readonly resourceGroup: string;
  readonly gallery: string;
}

/** ARM id of the gallery, by names alone. */
export async function galleryIdOf({ subscriptionId, resourceGroup, gallery }: Place): Promise<string> {
  const subscription = await subscriptionFor(subscriptionId, identityFor(process.env));
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/galleries/${gallery}`;
}
