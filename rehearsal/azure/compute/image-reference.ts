import { ArmError, invalid } from "../arm/errors";
import { displayName } from "../arm/locations";
import { type Cloud, contentsOf, keyOf, subscriptionOf } from "../cloud";
import type { Caller } from "../identity";
import type { Definition, Gallery, Replica, Version } from "../state";
import type { ImageReference } from "./disk-schema";
import { sharesWith } from "./sharing";

const notThere = (id: string) =>
  new ArmError(
    404,
    "GalleryImageNotFound",
    `The gallery image ${id} is not found or the caller has no access to it.`,
    { target: "imageReference" },
  );

/**
 * The version that a disk is made from: the caller's own by its ARM id, one shared with the caller by
 * `/SharedGalleries/…`, or a public one by `/CommunityGalleries/…`. It must be replicated to the disk's region.
 */
export function findImage(
  cloud: Cloud,
  caller: Caller,
  reference: ImageReference,
  location: string,
): { version: Version; definition: Definition } {
  const ids = [reference.id, reference.sharedGalleryImageId, reference.communityGalleryImageId].filter(
    (id) => id !== undefined,
  );
  if (ids.length !== 1) {
    throw invalid(
      "imageReference",
      "Exactly one of id, sharedGalleryImageId and communityGalleryImageId must be given.",
    );
  }
  const id = ids[0] ?? "";
  const versionId =
    reference.id === undefined
      ? foreign(cloud, caller, id, reference.communityGalleryImageId !== undefined)
      : own(caller, id);
  const { versions, definitions } = contentsOf(cloud);
  const version = versions[keyOf(versionId)];
  const definition = definitions[keyOf(versionId.split("/").slice(0, -2).join("/"))];
  if (!version || !definition) throw notThere(id);
  if (!isUsable(cloud, version.replicas[location])) {
    throw new ArmError(
      404,
      "GalleryImageNotFound",
      `The gallery image ${id} is not available in ${displayName(location)} region. Please contact image owner to replicate to this region, or change your requested region.`,
      { target: "imageReference" },
    );
  }
  return { version, definition };
}

/**
 * No disk can be created from a replica just reported complete, for up to 10 minutes
 * (github.com/Azure/AgentBaker/pull/8373, 2026-04-22). Without delays the first attempt is refused anyway.
 */
function isUsable({ work }: Cloud, replica: Replica | undefined): boolean {
  if (replica?.state !== "Completed") return false;
  const { usable } = replica;
  if (usable !== undefined && (work.pace === 0 || usable <= Date.now())) delete replica.usable;
  return usable === undefined || (work.pace !== 0 && usable <= Date.now());
}

function own(caller: Caller, id: string): string {
  if (keyOf(subscriptionOf(id)) === keyOf(caller.subscription)) return id;
  throw new ArmError(
    403,
    "LinkedAuthorizationFailed",
    `The client '${caller.objectId}' has permission to perform action 'Microsoft.Compute/disks/write', however, it does not have permission to perform action(s) 'Microsoft.Compute/galleries/images/versions/read' on the linked scope(s) '${id}' (respectively) or the linked scope(s) are invalid.`,
  );
}

function foreign(cloud: Cloud, caller: Caller, id: string, community: boolean): string {
  const shape = community
    ? /^\/CommunityGalleries\/([^/]+)\/Images\/([^/]+)\/Versions\/([^/]+)$/i
    : /^\/SharedGalleries\/([^/]+)\/Images\/([^/]+)\/Versions\/([^/]+)$/i;
  const [, name = "", image = "", version = ""] = shape.exec(id) ?? [];
  const gallery = Object.values(contentsOf(cloud).galleries).find((each) =>
    community ? isNamed(each, name) : keyOf(each.uniqueName) === keyOf(name) && sharesWith(each, caller),
  );
  if (!gallery) throw notThere(id);
  return `${gallery.id}/images/${image}/versions/${version}`;
}

const isNamed = (gallery: Gallery, publicName: string) =>
  gallery.community?.enabled === true && keyOf(gallery.community.publicName) === keyOf(publicName);
