/** Creations whose leftovers block the next one, and how to find those. */
import type { Deployment } from "../deployment";
import { amiCopyRemnant, amiRemnant } from "./aws";
import { definitionRemnant, diskRemnant, galleryRemnant, groupRemnant, versionRemnant } from "./azure";
import { arm64ImageRemnant, archiveRemnant, bucketRemnant, googleImageRemnant } from "./gcp";
import { snapshotRemnant } from "./snapshot";
import type { Creation, FindRemnant, Recovery, Remnant } from "./remnant";

/**
 * Native resources refuse a name in use. This program's own resources resume an interrupted creation, if there is a
 * next one; its arm64 images behave like native ones.
 */
const FINDERS: Readonly<Record<string, FindRemnant>> = {
  "aws:ec2/ami:Ami": amiRemnant,
  "aws:ec2/amiCopy:AmiCopy": amiCopyRemnant,
  "gcp:compute/image:Image": googleImageRemnant,
  "gcp:storage/bucket:Bucket": bucketRemnant,
  "imprimatur:aws:Snapshot": snapshotRemnant,
  "imprimatur:gcp:ImageArchive": archiveRemnant,
  "imprimatur:gcp:Arm64Image": arm64ImageRemnant,
  "azure-native:resources:ResourceGroup": groupRemnant,
  "azure-native:compute:Gallery": galleryRemnant,
  "azure-native:compute:GalleryImage": definitionRemnant,
  "azure-native:compute:GalleryImageVersion": versionRemnant,
  "azure-native:compute:Disk": diskRemnant,
};

/** True if a creation of this type can leave a blocking object. */
export function leavesRemnants({ resourceType }: Pick<Creation, "resourceType">): boolean {
  return resourceType in FINDERS;
}

/**
 * @returns `undefined` when nothing blocks the creation
 * @throws {CloudFailure} when the cloud cannot be queried
 */
export async function findRemnant(
  { resourceType, inputs, urn }: Creation,
  recovery: Recovery,
): Promise<Remnant | undefined> {
  return FINDERS[resourceType]?.(inputs, recovery, urn);
}

/** Ids of all resources in the state. */
export function idsOf({ everything }: Deployment): ReadonlySet<string> {
  return new Set(everything.map(({ id }) => id.toLowerCase()).filter(Boolean));
}

/** The subscription of the ids in the state. */
export function subscriptionIn({ everything }: Deployment): string | undefined {
  return everything
    .map(({ id }) => /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1])
    .find((id) => id !== undefined);
}
