/** Waits until a gallery version is replicated, and explains failures. */
import { CloudFailure } from "../failure";
import { wait } from "../retry";
import {
  describeProgress,
  failedRegions,
  type GalleryVersion,
  isIdle,
  type RegionStatus,
  showVersion,
  statusesOf,
  type VersionProfile,
} from "./gallery-version";
import { findVersion, spellRegion } from "./api/galleries";
import { OPERATION_LIMIT } from "./api/operations";
import type { AzureSession } from "./api/session";

/**
 * A failed operation contains the reason (`ValidationError: Gallery replication jobs failed …`,
 * github.com/Azure/azure-cli/issues/15539), the version the regions.
 */
export async function explainFailure(
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

/** @throws {CloudFailure} `refused` if replication to a region fails */
export async function awaitRegions(
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
  // A replica often has no reason where the operation has one.
  const isUntold = operation !== undefined && failed.some(({ details }) => details === "");
  const said = `${showVersion(id)} was not replicated to ${regions}${isUntold ? `; ${operation.message}` : ""}`;
  return new CloudFailure("refused", said, { cure });
}

/** Polls until `isReady`, or until the version is gone. */
export async function awaitVersion(
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
    session.status(`${progress}: ${showVersion(id)}`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}
