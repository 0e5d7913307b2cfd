/**
 * The objects that a publication has to create first, so that their requirements can be checked before anything is
 * deleted.
 */
import { failedWith } from "../failure";
import { findDisk, type ManagedDisk } from "./api/disks";
import type { AzureSession } from "./api/session";
import { listVersions, spellRegion } from "./api/galleries";
import type { GalleryPlace } from "./preflight-plan";

/**
 * Names of the disks that do not exist, or are in another region than planned: they will be created from the raw
 * disk.
 */
export async function disksToUpload(
  session: AzureSession,
  { subscriptionId, resourceGroup, location }: GalleryPlace,
  names: readonly string[],
): Promise<string[]> {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  const isThere = async (name: string) => {
    const found = await findOrNone(session, `${group}/providers/Microsoft.Compute/disks/${name}`);
    return found !== undefined && spellRegion(found.location ?? location) === spellRegion(location);
  };
  const there = await Promise.all(names.map(isThere));
  return names.filter((_name, index) => !there[index]);
}

/**
 * Names of the definitions without a version. The program creates definitions concurrently with the preflight, so an
 * empty one may exist already.
 */
export async function emptyDefinitions(
  session: AzureSession,
  { subscriptionId, resourceGroup, gallery }: GalleryPlace,
  names: readonly string[],
): Promise<string[]> {
  const root = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/galleries/${gallery}`;
  const versions = await Promise.all(names.map((name) => listVersions(session, `${root}/images/${name}`)));
  return names.filter((_name, index) => versions[index]?.length === 0);
}

/** A group that does not exist yet contains nothing. */
async function findOrNone(session: AzureSession, id: string): Promise<ManagedDisk | undefined> {
  try {
    return await findDisk(session, id);
  } catch (error) {
    if (failedWith(error, "absent")) return undefined;
    throw error;
  }
}
