import { tellTime } from "../arm/dates";
import { displayName } from "../arm/locations";
import { trackedBody } from "../arm/tracked";
import type { Replica, Version } from "../state";
import { gib } from "./disk-body";

/** A gallery version in a response: regions by display name. */
export function versionBody(version: Version, query = new URLSearchParams()) {
  const { hostCaching, sizeBytes, source } = version;
  const sizeInGB = gib(sizeBytes);
  const isMade = version.provisioningState !== "Creating";
  const fromDisk = "osDiskImage" in version.storageProfile && !version.storageProfile.source;
  return trackedBody(version, "galleries/images/versions", {
    publishingProfile: {
      targetRegions: version.regions.map((region) => ({ ...region, name: displayName(region.name) })),
      replicaCount: version.replicaCount,
      excludeFromLatest: version.excludeFromLatest,
      publishedDate: tellTime(version.publishedDate),
      ...(version.endOfLifeDate && { endOfLifeDate: tellTime(version.endOfLifeDate) }),
      storageAccountType: version.storageAccountType,
      // Omitted if Full (azure-cli, test_gallery_e2e.yaml, 2023-06-25).
      ...(version.replicationMode !== "Full" && { replicationMode: version.replicationMode }),
    },
    storageProfile: {
      ...(!fromDisk && { source: { id: source } }),
      // Unknown for another image's disk until it is created; then a source without an id is returned.
      ...((fromDisk || isMade) && {
        osDiskImage: {
          ...(isMade && { sizeInGB }),
          hostCaching,
          source: fromDisk ? { id: source } : {},
        },
      }),
    },
    safetyProfile: { ...version.safety, reportedForPolicyViolation: false },
    ...(query.get("$expand")?.toLowerCase() === "replicationstatus" && {
      replicationStatus: replicationStatus(version),
    }),
  });
}

/** Added by `$expand=ReplicationStatus`. */
function replicationStatus(version: Version) {
  const replicas = Object.values(version.replicas);
  const aggregatedState = replicas.some(({ state }) => state === "Failed")
    ? "Failed"
    : replicas.every(({ state }) => state === "Completed")
      ? "Completed"
      : "InProgress";
  return {
    aggregatedState,
    summary: version.regions.map(({ name }) => {
      const replica = version.replicas[name];
      return {
        region: displayName(name),
        state: replica?.state ?? "Unknown",
        details: replica?.details ?? "",
        progress: replica ? progress(replica) : 0,
      };
    }),
  };
}

function progress({ state, started, due }: Replica): number {
  if (state !== "Replicating") return state === "Completed" ? 100 : 0;
  return Math.min(99, Math.max(0, Math.floor((100 * (Date.now() - started)) / Math.max(1, due - started))));
}
