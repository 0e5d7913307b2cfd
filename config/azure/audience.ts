import type { Audience } from "../ledger";
import { isShared, type Release, type ReleaseState } from "../release";
import type { AzureConfig } from "./schema";
import { galleryPermissions } from "./sharing";

type Region = keyof AzureConfig["regions"];

/** Staged releases stay in the gallery's region, which comes first. */
export function azureRegionsOf(
  { location, regions }: AzureConfig,
  { state }: Pick<Release, "state">,
): Region[] {
  if (state === "staged") return [location];
  const others = (Object.keys(regions) as Region[]).filter((region) => region !== location).sort();
  return [location, ...others];
}

/** True if the gallery's content is visible to anyone but the owner. */
export function isGalleryShared(config: AzureConfig): boolean {
  return galleryPermissions(config) !== "Private";
}

/**
 * A gallery is shared as a whole, and everything in it can be named at once: `excludeFromLatest` hides a version from
 * "latest", not from whoever names it. So a release that must not be seen (staged, withdrawn) has a version only in
 * an unshared gallery; otherwise it keeps just its verified disk, which is private. A published version is in the
 * home region only until it was read back there.
 */
export function hasGalleryVersion(config: AzureConfig, state: ReleaseState): boolean {
  return isShared(state) || !isGalleryShared(config);
}

export function azureAudience(config: AzureConfig, release: Release): Audience {
  const { community, subscriptions, tenants } = config.gallery.sharing;
  const grantees = [...(community ? ["public"] : []), ...[...subscriptions, ...tenants].sort()];
  if (!hasGalleryVersion(config, release.state)) return { [config.location]: [] };
  return Object.fromEntries(
    azureRegionsOf(config, release).map((region) => [region, isShared(release.state) ? grantees : []]),
  );
}
