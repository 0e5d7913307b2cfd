/** Gallery versions: their regions, inclusion in "latest", and end of life. */
import { isDeepStrictEqual } from "node:util";
import { CloudFailure, failedWith } from "../failure";
import {
  describeProgress,
  failedRegions,
  type GalleryVersion,
  isIdle,
  profileOf,
  showVersion,
  sortRegions,
  type TargetRegion,
  type VersionProfile,
} from "./gallery-version";
import { findVersion, putVersion, spellRegion } from "./api/galleries";
import type { AzureSession } from "./api/session";
import { awaitRegions, awaitVersion, explainFailure } from "./replication";

/**
 * The profile of a version in Azure; `undefined`: there is no such version. A region whose replication failed has no
 * copy, so it is not included.
 */
export async function readVersionProfile(
  session: AzureSession,
  id: string,
): Promise<VersionProfile | undefined> {
  const found = await findVersion(session, id);
  return found && profileOf(found);
}

/**
 * Sets a version's complete profile, and waits until every region has its copy; it enters "latest" only after that. A
 * region whose replication failed earlier is removed and added again: that is the only way to make Azure retry.
 *
 * @param formerTags names of tags of this project that may be removed; others stay
 * @throws {CloudFailure} `refused` names the regions that failed, with Azure's reason and the cure
 */
export async function publishVersion(
  session: AzureSession,
  id: string,
  want: VersionProfile,
  formerTags: readonly string[],
): Promise<void> {
  const found = await awaitVersion(session, id, isIdle);
  if (!found) throw new CloudFailure("absent", `${showVersion(id)} does not exist`);
  const tags = { ...without(found.tags ?? {}, formerTags), ...want.tags };
  const put = (profile: Partial<VersionProfile>) =>
    putProfile(session, id, found, { ...want, tags, ...profile });

  const have = profileOf(found);
  const excludeFromLatest = have.excludeFromLatest || want.excludeFromLatest;
  const failed = failedRegions(found).map(({ region }) => region);
  const isFailed = ({ name }: TargetRegion) => failed.includes(name) && name !== spellRegion(found.location);
  if (want.targetRegions.some(isFailed)) {
    const targetRegions = want.targetRegions.filter((region) => !isFailed(region));
    await put({ targetRegions, excludeFromLatest });
  }
  const names = have.targetRegions.map(({ name }) => name);
  const spreads = want.targetRegions.some(({ name }) => !names.includes(name));
  if (spreads && excludeFromLatest && !want.excludeFromLatest) await put({ excludeFromLatest });
  if (spreads || !isSame(have, want, tags)) await put({});
  else await awaitRegions(session, id, want);
}

/** Reduces a version to its own location, and excludes it from "latest". An absent version is accepted. */
export async function withdrawVersion(session: AzureSession, id: string): Promise<void> {
  const found = await awaitVersion(session, id, isIdle);
  if (!found) return;
  const { targetRegions, ...profile } = profileOf(found);
  const home = targetRegions.filter(({ name }) => name === spellRegion(found.location));
  const want = { ...profile, targetRegions: home, excludeFromLatest: true };
  const named = found.properties.publishingProfile?.targetRegions ?? [];
  if (named.length === home.length && profile.excludeFromLatest) return;
  await putProfile(session, id, found, want);
}

/** Sends the PUT, and waits for its completion. */
async function putProfile(
  session: AzureSession,
  id: string,
  found: GalleryVersion,
  profile: VersionProfile,
): Promise<void> {
  const { targetRegions } = profile;
  try {
    await putVersion(session, id, versionBody(found, profile), async () => {
      const version = await findVersion(session, id);
      return version ? describeProgress(version) : "gone";
    });
  } catch (error) {
    if (!(error instanceof CloudFailure) || failedWith(error, "cancelled")) throw error;
    await explainFailure(session, id, { targetRegions }, error);
  }
  await awaitRegions(session, id, { targetRegions });
}

/**
 * Azure's PUT is "create or update", with the complete resource: properties that are not ours are sent back as read.
 */
export function versionBody(
  { location, properties }: GalleryVersion,
  { targetRegions, excludeFromLatest, endOfLifeDate, tags }: VersionProfile,
): object {
  const { storageProfile, securityProfile, safetyProfile, publishingProfile = {} } = properties;
  const { osDiskImage } = storageProfile ?? {};
  return {
    location,
    tags,
    properties: {
      publishingProfile: {
        ...without(publishingProfile, ["publishedDate", "endOfLifeDate"]),
        targetRegions,
        excludeFromLatest,
        ...(endOfLifeDate !== undefined && { endOfLifeDate }),
      },
      storageProfile: {
        ...storageProfile,
        ...(osDiskImage && { osDiskImage: without(osDiskImage, ["sizeInGB"]) }),
      },
      safetyProfile: {
        ...without(safetyProfile ?? {}, ["reportedForPolicyViolation", "policyViolations"]),
        // Overrides the setting of other users: a region removed from the config is removed from the gallery.
        allowDeletionOfReplicatedLocations: true,
      },
      ...(securityProfile && { securityProfile }),
    },
  };
}

function isSame(have: VersionProfile, want: VersionProfile, tags: VersionProfile["tags"]): boolean {
  const time = (date?: string) => (date === undefined ? undefined : Date.parse(date));
  return (
    isDeepStrictEqual(have.targetRegions, sortRegions(want.targetRegions)) &&
    have.excludeFromLatest === want.excludeFromLatest &&
    time(have.endOfLifeDate) === time(want.endOfLifeDate) &&
    isDeepStrictEqual(have.tags, tags)
  );
}

function without<T extends object>(values: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key))) as T;
}
