import { ASKING } from "../ask-rights";
import { failedWith } from "../failure";
import { listGalleries, spellRegion } from "./api/galleries";
import type { AzureSession } from "./api/session";
import type { GalleryPlace } from "./preflight-plan";

/**
 * Of a subscription in a region: 100 galleries, 1,000 definitions and 10,000 versions
 * (learn.microsoft.com/azure/virtual-machines/azure-compute-gallery, "Limits", read 2026-11). One request counts the
 * galleries; for the others each gallery and each definition would have to be asked.
 */
const MOST_GALLERIES = 100;

/**
 * A gallery that is to be made and finds no room: a line with the cure. Credentials see no more galleries than they may
 * read, and may be refused the list: then Azure's own refusal is the first word of it.
 */
export async function checkGalleryLimit(session: AzureSession, place: GalleryPlace): Promise<string[]> {
  const { subscriptionId, resourceGroup, gallery, location } = place;
  const all = await listGalleries({ ...session, policy: ASKING }, subscriptionId).catch((error: unknown) => {
    if (failedWith(error, "cancelled")) throw error;
    return [];
  });
  const own =
    `/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/galleries/${gallery}`.toLowerCase();
  if (all.some(({ id }) => id.toLowerCase().endsWith(own))) return [];
  const there = all.filter((each) => spellRegion(each.location ?? "") === spellRegion(location)).length;
  if (there < MOST_GALLERIES) return [];
  return [
    `gallery ${resourceGroup}/${gallery}: subscription ${subscriptionId} has ${there} galleries in ${location}, and Azure gives it ` +
      `${MOST_GALLERIES} in a region; publish into one that is there (\`gallery.exists: true\` in imprimatur:azure), or delete one that ` +
      "nobody uses",
  ];
}
