/** A gallery version as Azure reports it: its profile, its replicas and their progress. Pure. */
import { listSome } from "../../facts/words";
import { type GalleryVersion as Found, spellRegion } from "./api/galleries";

export interface TargetRegion {
  /** In the spelling of Azure's APIs: `westeurope`. */
  name: string;
  regionalReplicaCount: number;
  storageAccountType: string;
}

export interface VersionProfile {
  /** In any order; the version's own location is among them. */
  targetRegions: readonly TargetRegion[];
  /** Users who request "latest" do not get it. */
  excludeFromLatest: boolean;
  /** RFC 3339 */
  endOfLifeDate?: string;
  tags: Readonly<Record<string, string>>;
}

export type GalleryVersion = Omit<Found, "id" | "name">;

/** `version gallery/definition/1.2.3`, for messages. */
export function showVersion(id: string): string {
  const parts = id.split("/");
  return `version ${[parts.at(-5), parts.at(-3), parts.at(-1)].join("/")}`;
}

/** The order has no meaning in Azure, which returns its own. */
export function sortRegions<R extends TargetRegion>(regions: readonly R[]): R[] {
  return regions
    .map((region) => ({ ...region, name: spellRegion(region.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export interface RegionStatus {
  readonly region: string;
  readonly state: string;
  readonly details: string;
  /** Percent. */
  readonly progress: number;
}

export function statusesOf({ properties }: GalleryVersion): RegionStatus[] {
  return (properties.replicationStatus?.summary ?? []).map(
    ({ region = "", state = "Unknown", details = "", progress = 0 }) => ({
      region: spellRegion(region),
      state,
      details,
      progress,
    }),
  );
}

export function failedRegions(version: GalleryVersion): RegionStatus[] {
  return statusesOf(version).filter(({ state }) => state === "Failed");
}

/** No other change is in progress: Azure refuses a second change until the first is done. */
export function isIdle({ properties: { provisioningState = "Succeeded" } }: GalleryVersion): boolean {
  return provisioningState === "Succeeded" || provisioningState === "Failed";
}

/** `2 of 4 regions, eastus 43 %, westus pending` */
export function describeProgress(version: GalleryVersion): string {
  const all = statusesOf(version);
  const open = all.filter(({ state }) => state !== "Completed");
  const regions = open.map(({ region, state, progress }) =>
    state === "Replicating" ? `${region} ${progress} %` : `${region} ${state.toLowerCase()}`,
  );
  const done = `${all.length - open.length} of ${all.length} region${all.length === 1 ? "" : "s"}`;
  if (regions.length > 0) return `${done}, ${listSome(regions)}`;
  return (version.properties.provisioningState ?? "waiting").toLowerCase();
}

/** All target regions, including those where replication failed. */
export function regionsIn({ properties }: GalleryVersion): TargetRegion[] {
  const { publishingProfile: profile = {} } = properties;
  return sortRegions(
    (profile.targetRegions ?? []).map((region) => ({
      name: spellRegion(region.name),
      regionalReplicaCount: region.regionalReplicaCount ?? profile.replicaCount ?? 1,
      storageAccountType: region.storageAccountType ?? profile.storageAccountType ?? "Standard_LRS",
      // Excluded by another user in this region only: not ours, and corrected by the next update.
      ...(region.excludeFromLatest && { excludeFromLatest: true }),
    })),
  );
}

export function profileOf(version: GalleryVersion): VersionProfile {
  const { tags = {}, properties } = version;
  const { publishingProfile: profile = {} } = properties;
  const failed = failedRegions(version).map(({ region }) => region);
  return {
    targetRegions: regionsIn(version).filter(({ name }) => !failed.includes(name)),
    excludeFromLatest: profile.excludeFromLatest ?? false,
    ...(profile.endOfLifeDate !== undefined && { endOfLifeDate: profile.endOfLifeDate }),
    tags,
  };
}
