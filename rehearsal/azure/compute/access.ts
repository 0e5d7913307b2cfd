import { VHD_FOOTER_SIZE } from "../../../facts/vhd";
import { parseBody } from "../arm/body";
import { ArmError, notAllowed } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import type { Worker } from "../arm/work";
import { accepted, type Cloud, contentsOf, keyOf, subscriptionOf } from "../cloud";
import type { Disk } from "../state";
import { findDisk } from "./disk-body";
import { grantSchema } from "./disk-schema";

/**
 * Access to a disk's bytes over a link:
 *
 *     ReadyToUpload ─ Write ─▶ ActiveUpload ─ end ─▶ Unattached ◀─ end ─ ActiveSAS
 *                                                        └─────── Read ─────▲
 */
export function accessRoutes(cloud: Cloud, path: string, idOf: (request: ArmRequest) => string): Route[] {
  const start = (request: ArmRequest, disk: Disk, kind: string, detail?: string): Promise<Answer> => {
    const operation = cloud.work.begin(subscriptionOf(disk.id), disk.location);
    cloud.work.add(
      { kind, resource: disk.id, ...(detail && { detail }) },
      cloud.work.seconds("access"),
      operation,
    );
    return accepted(cloud, request, operation, "DiskOperations", {
      pending: { status: 202 },
      done: () => ({ status: 200, ...(operation.output && { body: operation.output }) }),
    });
  };

  const begin = (request: ArmRequest): Promise<Answer> => {
    const disk = findDisk(cloud, idOf(request));
    const { access, durationInSeconds } = parseBody(grantSchema, request.body, "GrantAccessData");
    requireGrantable(disk, access);
    return start(request, disk, "disk.grant", `${access}:${durationInSeconds}`);
  };

  const end = (request: ArmRequest): Promise<Answer> =>
    start(request, findDisk(cloud, idOf(request)), "disk.revoke");

  return [
    { method: "POST", path: `${path}/{disk}/beginGetAccess`, family: "disks", handle: begin },
    { method: "POST", path: `${path}/{disk}/endGetAccess`, family: "disks", handle: end },
  ];
}

function requireGrantable(disk: Disk, access: "Read" | "Write"): void {
  if (disk.provisioningState !== "Succeeded") {
    throw new ArmError(
      409,
      "Conflict",
      `Disk ${disk.name} is ${disk.provisioningState}: access is granted when it is there.`,
    );
  }
  if (disk.properties.networkAccessPolicy === "DenyAll") {
    throw notAllowed(
      `Access to disk ${disk.name} cannot be granted: its networkAccessPolicy is DenyAll.`,
      "networkAccessPolicy",
    );
  }
  // Repeating a request for existing access returns the same link: an interrupted upload continues with it.
  if (disk.grant?.access === access) return;
  if (disk.grant) {
    throw notAllowed(
      `There is an active shared access signature outstanding for disk ${disk.name}. Call EndGetAccess before another access is granted.`,
      "access",
    );
  }
  const fits = access === "Write" ? disk.diskState === "ReadyToUpload" : disk.diskState === "Unattached";
  if (fits) return;
  throw notAllowed(
    `${access} access to disk ${disk.name} is not possible in its state ${disk.diskState}; it needs ${access === "Write" ? "ReadyToUpload" : "Unattached"}.`,
    "access",
  );
}

export function accessWorkers(cloud: Cloud): Record<string, Worker> {
  const find = (id: string) => contentsOf(cloud).disks[keyOf(id)];
  return {
    "disk.grant": async ({ resource, detail = "" }) => {
      const disk = find(resource);
      if (!disk) return;
      const [access, seconds] = detail.split(":") as ["Read" | "Write", string];
      if (!disk.grant) {
        const sas = await cloud.blobs.grant(disk.container, access === "Write" ? "rw" : "r", Number(seconds));
        disk.grant = { access, sas };
        disk.diskState = access === "Write" ? "ActiveUpload" : "ActiveSAS";
      }
      return { accessSAS: disk.grant.sas };
    },
    "disk.revoke": async ({ resource }) => {
      const disk = find(resource);
      if (!disk?.grant) return;
      if (disk.grant.access === "Write") {
        // The disk stays in ActiveUpload, as in the service: the footer can be repaired, or the disk deleted.
        const problem = await cloud.blobs.vhdProblem(disk.container, disk.sizeBytes + VHD_FOOTER_SIZE);
        if (problem) throw new ArmError(400, "InvalidVhd", problem);
        const rotten = cloud.faults.rotsAt("disk");
        if (rotten !== undefined) await cloud.blobs.corrupt(disk.container, rotten);
      }
      await cloud.blobs.revoke(disk.container);
      delete disk.grant;
      disk.diskState = "Unattached";
    },
  };
}
