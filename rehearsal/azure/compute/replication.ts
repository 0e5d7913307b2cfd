import { ArmError } from "../arm/errors";
import { displayName } from "../arm/locations";
import type { Worker } from "../arm/work";
import { type Cloud, contentsOf, keyOf } from "../cloud";
import type { Operation, TargetRegion, Version } from "../state";
import { childDeleted } from "./emptied";
import { versionBody } from "./version-body";

/** 23 days: effectively never, and within a timer's range. */
const NEVER_SECONDS = 2_000_000;

/** A new version: its bytes are copied from the source first, then to every region, its own first. */
export function startReplication(cloud: Cloud, version: Version, operation: Operation): void {
  const now = Date.now();
  for (const { name } of version.regions)
    version.replicas[name] = { state: "Replicating", started: now, due: now, details: "" };
  cloud.work.add({ kind: "version.copy", resource: version.id }, 0, operation);
}

/** An existing version with other regions: new ones get a copy, omitted ones lose theirs. */
export function changeRegions(
  cloud: Cloud,
  version: Version,
  regions: TargetRegion[],
  operation: Operation,
): void {
  version.regions = regions;
  version.provisioningState = "Updating";
  const names = regions.map(({ name }) => name);
  for (const name of Object.keys(version.replicas)) if (!names.includes(name)) delete version.replicas[name];
  const added = names.filter((name) => !version.replicas[name]);
  if (added.length === 0)
    cloud.work.add(
      { kind: "version.settle", resource: version.id },
      cloud.work.seconds("definition"),
      operation,
    );
  replicate(cloud, version, added, operation, cloud.work.seconds("addedRegion"));
}

function replicate(
  cloud: Cloud,
  version: Version,
  regions: string[],
  operation: Operation,
  first: number,
): void {
  const homeFirst = [...regions].sort(
    (a, b) => Number(b === version.location) - Number(a === version.location),
  );
  for (const [index, region] of homeFirst.entries()) {
    const seconds = first + index * cloud.work.seconds("nextRegion");
    const due = cloud.work.add(
      { kind: "version.region", resource: version.id, detail: region },
      seconds,
      operation,
    );
    version.replicas[region] = { state: "Replicating", started: Date.now(), due, details: "" };
  }
}

export function versionWorkers(cloud: Cloud): Record<string, Worker> {
  const { versions, disks, operations } = contentsOf(cloud);
  const find = (id: string) => {
    const version = versions[keyOf(id)];
    return version?.provisioningState === "Deleting" ? undefined : version;
  };
  const sourceOf = (version: Version) => disks[keyOf(version.source)] ?? versions[keyOf(version.source)];

  /** The end of an operation on a version: succeeded if every region has. */
  const settle = (version: Version) => {
    const failed = version.regions.filter(({ name }) => version.replicas[name]?.state === "Failed");
    version.provisioningState = failed.length > 0 ? "Failed" : "Succeeded";
    if (failed.length === 0) return versionBody(version);
    throw new ArmError(
      409,
      // github.com/Azure/azure-cli/issues/15539, 2020-10-15: after 2 h 17 min.
      "ValidationError",
      `Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: ${failed
        .map(
          ({ name }) => `'{region: ${displayName(name)}, detail: ${version.replicas[name]?.details ?? ""}}'`,
        )
        .join(", ")}. Try again by removing the failed regions and update again by adding them back.`,
    );
  };

  return {
    "version.copy": async ({ resource, operation: id }) => {
      const version = find(resource);
      const operation = operations[id ?? ""];
      if (!version || !operation) return;
      const source = sourceOf(version);
      if (source) await cloud.blobs.copy(source.container, version.container);
      const rotten = cloud.faults.rotsAt("version");
      if (rotten !== undefined) await cloud.blobs.corrupt(version.container, rotten);
      replicate(
        cloud,
        version,
        version.regions.map(({ name }) => name),
        operation,
        cloud.work.seconds("region"),
      );
    },
    "version.region": async ({ resource, detail: region = "", operation: id }) => {
      const version = find(resource);
      const replica = version?.replicas[region];
      if (!version || !replica) return;
      // Only a version being created still reads its source; later regions are copied from the first one.
      const sourceGone = version.provisioningState === "Creating" && !sourceOf(version);
      const wrong = cloud.faults.replicationTo(region);
      // Its operation never ends.
      if (wrong === "hanging" && !sourceGone) {
        const operation = operations[id ?? ""];
        if (operation)
          cloud.work.add({ kind: "version.region", resource, detail: region }, NEVER_SECONDS, operation);
        return;
      }
      replica.state = wrong === "failed" || sourceGone ? "Failed" : "Completed";
      if (replica.state === "Completed") replica.usable = Date.now() + cloud.work.seconds("usable") * 1000;
      if (sourceGone)
        replica.details = `The source '${version.source}' was deleted before replication was complete.`;
      else if (replica.state === "Failed")
        replica.details = `The replication job to ${displayName(region)} failed with an internal error.`;
      if (Object.values(version.replicas).some(({ state }) => state === "Replicating")) return;
      return settle(version);
    },
    "version.settle": async ({ resource }) => {
      const version = find(resource);
      return version && settle(version);
    },
    "version.delete": async ({ resource }) => {
      const version = versions[keyOf(resource)];
      if (!version) return;
      await cloud.blobs.remove(version.container);
      delete versions[keyOf(resource)];
      childDeleted(cloud, resource);
    },
  };
}
