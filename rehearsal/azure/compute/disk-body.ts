import { notFound } from "../arm/errors";
import { trackedBody } from "../arm/tracked";
import { type Cloud, contentsOf, groupOf, keyOf } from "../cloud";
import type { Disk } from "../state";
import { GIB } from "./disk-schema";

/** Sizes are told in whole GiB, rounded up. */
export const gib = (bytes: number) => Math.ceil(bytes / GIB);

/** A disk as the service answers it. */
export function diskBody(disk: Disk) {
  return {
    ...trackedBody(disk, "disks", {
      networkAccessPolicy: "AllowAll",
      publicNetworkAccess: "Enabled",
      encryption: { type: "EncryptionAtRestWithPlatformKey" },
      ...disk.properties,
      timeCreated: disk.created,
      uniqueId: disk.uniqueId,
      diskState: disk.diskState,
      diskSizeBytes: disk.sizeBytes,
      diskSizeGB: gib(disk.sizeBytes),
    }),
    sku: { name: disk.sku, tier: disk.sku.split("_")[0] },
    ...(disk.zones && { zones: disk.zones }),
  };
}

export function findDisk(cloud: Cloud, id: string): Disk {
  const disk = contentsOf(cloud).disks[keyOf(id)];
  if (disk) return disk;
  throw notFound("Microsoft.Compute/disks", id.split("/").at(-1) ?? "", groupOf(id));
}
