/** Which creations leave something in the way of the next one, and how that is found. */
import type { Deployment } from "../deployment";
import { amiCopyRemnant, amiRemnant } from "./aws";
import { definitionRemnant, diskRemnant, galleryRemnant, groupRemnant, versionRemnant } from "./azure";
import { arm64ImageRemnant, archiveRemnant, bucketRemnant, googleImageRemnant } from "./gcp";
import { snapshotRemnant } from "./snapshot";
import type { Creation, FindRemnant, Recovery, Remnant } from "./remnant";

/**
 * Native resources refuse a name that is taken. This program's own take over what an interrupted creation of theirs left, if
 * there is a next one; the images of arm64 are like native ones.
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

/** Whether a creation of this type can leave something that is in the way. */
export function leavesRemnants({ resourceType }: Pick<Creation, "resourceType">): boolean {
  return resourceType in FINDERS;
}

/**
 * @returns `undefined` when nothing is in the way
 * @throws {CloudFailure} the cloud could not be asked
 */
export async function findRemnant(
  { resourceType, inputs, urn }: Creation,
  recovery: Recovery,
): Promise<Remnant | undefined> {
  return FINDERS[resourceType]?.(inputs, recovery, urn);
}

/** Ids of all that the state has. */
export function idsOf({ everything }: Deployment): ReadonlySet<string> {
  return new Set(everything.map(({ id }) => id.toLowerCase()).filter(Boolean));
}

/** The subscription that the state works in, by the ids in it. */
export function subscriptionIn({ everything }: Deployment): string | undefined {
  return everything
    .map(({ id }) => /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1])
    .find((id) => id !== undefined);
}
