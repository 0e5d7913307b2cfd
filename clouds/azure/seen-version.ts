/**
 * A gallery version as visible to any user: by its community id, or by its ARM id with permissions on the gallery.
 */
import { findVersionAt } from "./api/galleries";
import type { AzureSession } from "./api/session";

export interface SeenVersion {
  excludeFromLatest: boolean;
  /** RFC 3339 */
  endOfLifeDate?: string;
  /** RFC 3339 */
  publishedDate?: string;
  /** Azure's own id of this version, if reported. */
  uid?: string;
  diskSizeGb?: number;
  tags: Record<string, string>;
}

interface Profile {
  excludeFromLatest?: boolean;
  endOfLifeDate?: string;
  publishedDate?: string;
}

interface Version {
  tags?: Record<string, string>;
  properties: Profile & {
    uniqueId?: string;
    artifactTags?: Record<string, string>;
    publishingProfile?: Profile;
    storageProfile?: { osDiskImage?: { diskSizeGB?: number; sizeInGB?: number } };
  };
}

const COMMUNITY = /^\/CommunityGalleries\/[^/]+\/Images\/[^/]+\/Versions\/[^/]+$/i;

export function isCommunityId(id: string): boolean {
  return COMMUNITY.test(id);
}

/**
 * `undefined`: there is none, or it is not visible to these credentials or in that region.
 *
 * @param place for a community id: the caller's own subscription, and the region to query
 */
export async function seeVersion(
  session: AzureSession,
  id: string,
  { subscription, region }: { subscription: string; region: string },
): Promise<SeenVersion | undefined> {
  const path = isCommunityId(id)
    ? `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${region}${id.replace(
        /^\/CommunityGalleries\//i,
        "/communityGalleries/",
      )}`
    : id;
  const found = await findVersionAt<Version>(session, id, path);
  if (!found) return undefined;
  const { properties } = found;
  const {
    excludeFromLatest = false,
    endOfLifeDate,
    publishedDate,
  } = properties.publishingProfile ?? properties;
  const image = properties.storageProfile?.osDiskImage;
  const diskSizeGb = image?.diskSizeGB ?? image?.sizeInGB;
  return {
    excludeFromLatest,
    endOfLifeDate,
    publishedDate,
    uid: properties.uniqueId,
    diskSizeGb,
    tags: found.tags ?? properties.artifactTags ?? {},
  };
}
