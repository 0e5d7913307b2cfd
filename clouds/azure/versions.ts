/** Gallery versions: in which regions they are, whether "latest" finds them, and until when they are supported. */
import { isDeepStrictEqual } from "node:util";
import { CloudFailure, failedWith } from "../failure";
import { wait } from "../retry";
import { armUrl, type AzureSession, callAzure, findResource } from "./http";
import { finishOperation, OPERATION_LIMIT } from "./operations";

export interface TargetRegion {
  /** As Azure's APIs spell it: `westeurope`. */
  name: string;
  regionalReplicaCount: number;
  storageAccountType: string;
}

export interface VersionProfile {
  /** Of any order; the one that the version was made in is among them. */
  targetRegions: readonly TargetRegion[];
  /** Users who ask for "latest" do not get it. */
  excludeFromLatest: boolean;
  /** RFC 3339 */
  endOfLifeDate?: string;
  tags: Readonly<Record<string, string>>;
}

/** As Azure tells it: regions under their display names (`West Europe`), more in each part than is used here. */
interface GalleryVersion {
  location: string;
  tags?: Record<string, string>;
  properties: {
    provisioningState?: string;
    publishingProfile?: {
      targetRegions?: (Partial<TargetRegion> & { name: string; excludeFromLatest?: boolean })[];
      replicaCount?: number;
      storageAccountType?: string;
      excludeFromLatest?: boolean;
      endOfLifeDate?: string;
      publishedDate?: string;
    };
    storageProfile?: { osDiskImage?: { sizeInGB?: number } };
    safetyProfile?: { blockDeletionBeforeEndOfLife?: boolean };
    securityProfile?: object;
    replicationStatus?: {
      summary?: { region?: string; state?: string; details?: string; progress?: number }[];
    };
  };
}

/** `version gallery/definition/1.2.3`, for people. */
export function showVersion(id: string): string {
  const parts = id.split("/");
  return `version ${[parts.at(-5), parts.at(-3), parts.at(-1)].join("/")}`;
}

/** `West Europe` and `westeurope` are the same region. */
export function spellRegion(name: string): string {
  return name.toLowerCase().replace(/\s/g, "");
}

/** Their order means nothing to Azure, which keeps one of its own. */
export function sortRegions<R extends TargetRegion>(regions: readonly R[]): R[] {
  return regions
    .map((region) => ({ ...region, name: spellRegion(region.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What Azure has of a version; `undefined`: there is none. A region whose replication failed has no copy, so it is not
 * among the regions.
 */
export async function readVersionProfile(
  session: AzureSession,
  id: string,
): Promise<VersionProfile | undefined> {
  const found = await findVersion(session, id);
  return found && profileOf(found);
}

/**
 * Gives a version the whole profile, and waits until every region has its copy; it enters "latest" once they all have.
 * A region whose replication failed before is taken out and added again: nothing else makes Azure try again.
 *
 * @param formerTags names of tags that are ours and may go; other people's stay
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

/** In the region that it was made in, and found only by who names it. A version that is gone is fine. */
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

/** Azure's PUT is "create or update", and takes the whole: what is not ours goes back as it was read. */
async function putProfile(
  session: AzureSession,
  id: string,
  { location, properties }: GalleryVersion,
  { targetRegions, excludeFromLatest, endOfLifeDate, tags }: VersionProfile,
): Promise<void> {
  const { storageProfile, securityProfile, safetyProfile, publishingProfile = {} } = properties;
  const { osDiskImage } = storageProfile ?? {};
  const json = {
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
        // Whoever forbade it: a region that is taken out of the config is taken out of the gallery.
        allowDeletionOfReplicatedLocations: true,
      },
      ...(securityProfile && { securityProfile }),
    },
  };
  const what = `update ${showVersion(id)}`;
  const begun = await callAzure(session, what, { method: "PUT", url: armUrl(id, "galleries"), json });
  try {
    await finishOperation(session, what, begun, async () => {
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
 * A failed operation says why (`ValidationError: Gallery replication jobs failed …`, github.com/Azure/azure-cli/issues/15539),
 * the version says in which regions.
 */
async function explainFailure(
  session: AzureSession,
  id: string,
  { targetRegions }: Pick<VersionProfile, "targetRegions">,
  operation: CloudFailure,
): Promise<never> {
  const found = await findVersion(session, id);
  const wanted = targetRegions.map(({ name }) => name);
  const failed = found ? failedRegions(found).filter(({ region }) => wanted.includes(region)) : [];
  if (!found || failed.length === 0) throw operation.curedBy("run `pulumi up` again");
  throw replicationFailure(id, found, failed, operation);
}

/** @throws {CloudFailure} `refused` when a region fails */
async function awaitRegions(
  session: AzureSession,
  id: string,
  { targetRegions }: Pick<VersionProfile, "targetRegions">,
): Promise<void> {
  const wanted = targetRegions.map(({ name }) => name);
  const found = await awaitVersion(session, id, (version) => {
    const open = statusesOf(version).filter(({ state }) => !/^(Completed|Failed)$/.test(state));
    const known = statusesOf(version).map(({ region }) => region);
    if (!isIdle(version)) return false;
    if (version.properties.provisioningState === "Failed") return true;
    return (
      wanted.every((name) => known.includes(name)) && open.every(({ region }) => !wanted.includes(region))
    );
  });
  if (!found) throw new CloudFailure("absent", `${showVersion(id)} was deleted while it was replicated`);
  const failed = failedRegions(found).filter(({ region }) => wanted.includes(region));
  if (failed.length > 0) throw replicationFailure(id, found, failed);
  if (found.properties.provisioningState !== "Failed") return;
  throw new CloudFailure("refused", `${showVersion(id)}: Azure's update failed, and no region says why`, {
    cure: "run `pulumi up` again",
  });
}

function replicationFailure(
  id: string,
  { location }: GalleryVersion,
  failed: readonly RegionStatus[],
  operation?: CloudFailure,
): CloudFailure {
  const regions = failed
    .map(({ region, details }) => (details ? `${region} (${details})` : region))
    .join(", ");
  const cure = failed.some(({ region }) => region === spellRegion(location))
    ? "it was made there, so delete the version and run `pulumi up --refresh`"
    : "`pulumi up` takes the region out and adds it again, which is the only way; or leave it out of the config";
  // A replica often gives no reason where the operation does.
  const isUntold = operation !== undefined && failed.some(({ details }) => details === "");
  const said = `${showVersion(id)} was not replicated to ${regions}${isUntold ? `; ${operation.message}` : ""}`;
  return new CloudFailure("refused", said, { cure });
}

/** Looks until the version is as it should be, or gone. */
async function awaitVersion(
  session: AzureSession,
  id: string,
  isReady: (version: GalleryVersion) => boolean,
): Promise<GalleryVersion | undefined> {
  let waited = 0;
  for (let pace = 250; ; pace = Math.min(15_000, pace * 1.5)) {
    const found = await findVersion(session, id);
    if (!found || isReady(found)) return found;
    const progress = describeProgress(found);
    if (waited > OPERATION_LIMIT)
      throw new CloudFailure("timeout", `${showVersion(id)}: not done after 48 hours (${progress})`);
    session.status(`${showVersion(id)}: ${progress}`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

function findVersion(session: AzureSession, id: string): Promise<GalleryVersion | undefined> {
  const url = armUrl(id, "galleries", "$expand=ReplicationStatus");
  return findResource<GalleryVersion>(session, `get ${showVersion(id)}`, url);
}

interface RegionStatus {
  readonly region: string;
  readonly state: string;
  readonly details: string;
  /** Percent. */
  readonly progress: number;
}

function statusesOf({ properties }: GalleryVersion): RegionStatus[] {
  return (properties.replicationStatus?.summary ?? []).map(
    ({ region = "", state = "Unknown", details = "", progress = 0 }) => ({
      region: spellRegion(region),
      state,
      details,
      progress,
    }),
  );
}

function failedRegions(version: GalleryVersion): RegionStatus[] {
  return statusesOf(version).filter(({ state }) => state === "Failed");
}

/** Nothing else is changing it: Azure refuses a second change until the first is over. */
function isIdle({ properties: { provisioningState = "Succeeded" } }: GalleryVersion): boolean {
  return provisioningState === "Succeeded" || provisioningState === "Failed";
}

function describeProgress(version: GalleryVersion): string {
  const open = statusesOf(version).filter(({ state }) => state !== "Completed");
  const regions = open.map(({ region, state, progress }) =>
    state === "Replicating" ? `${region} ${progress} %` : `${region} ${state.toLowerCase()}`,
  );
  return regions.join(", ") || (version.properties.provisioningState ?? "waiting").toLowerCase();
}

function profileOf(version: GalleryVersion): VersionProfile {
  const { tags = {}, properties } = version;
  const { publishingProfile: profile = {} } = properties;
  const failed = failedRegions(version).map(({ region }) => region);
  return {
    targetRegions: sortRegions(
      (profile.targetRegions ?? []).map((region) => ({
        name: spellRegion(region.name),
        regionalReplicaCount: region.regionalReplicaCount ?? profile.replicaCount ?? 1,
        storageAccountType: region.storageAccountType ?? profile.storageAccountType ?? "Standard_LRS",
        // Somebody hid it in this region alone: not ours, and put right by the next update.
        ...(region.excludeFromLatest && { excludeFromLatest: true }),
      })),
    ).filter(({ name }) => !failed.includes(name)),
    excludeFromLatest: profile.excludeFromLatest ?? false,
    ...(profile.endOfLifeDate !== undefined && { endOfLifeDate: profile.endOfLifeDate }),
    tags,
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
