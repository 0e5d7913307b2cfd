import { GIB } from "../../../facts/units";
import { notFound } from "../arm/errors";
import { tellTime } from "../arm/dates";
import { trackedBody } from "../arm/tracked";
import { type Cloud, contentsOf, groupOf, keyOf } from "../cloud";
import type { Disk } from "../state";

/**
 * Sizes in GB are the nearest whole number, at least 1: an image of 30 GiB and 1 MiB is one of 30 GB, one of 127 GiB
 * and 2 MiB one of 127 GB (recorded in github.com/Azure/azure-cli, command_modules/vm/tests/latest/recordings, 2023).
 * The rounding threshold is not recorded.
 */
export const gib = (bytes: number) => Math.max(1, Math.round(bytes / GIB));

/** States in which the disk awaits its upload. */
const WAITS = ["ReadyToUpload", "ActiveUpload"];

/** A disk in a response. */
export function diskBody(disk: Disk) {
  return {
    ...trackedBody(disk, "disks", {
      networkAccessPolicy: "AllowAll",
      publicNetworkAccess: "Enabled",
      encryption: { type: "EncryptionAtRestWithPlatformKey" },
      ...disk.properties,
      creationData: creationDataOf(disk),
      timeCreated: tellTime(disk.created),
      uniqueId: disk.uniqueId,
      diskState: disk.diskState,
      ...sizesOf(disk),
    }),
    sku: { name: disk.sku, tier: disk.sku.split("_")[0] },
    ...(disk.zones && { zones: disk.zones }),
  };
}

/**
 * A disk that awaits its upload returns no size (azure-cli, recording test_vm_disk_upload, 2023-05-25); one created
 * from an image returns a whole number of GiB (recording test_create_disk_from_diff_gallery_image_version,
 * 2023-05-26).
 */
function sizesOf({ diskState, sizeBytes, properties }: Disk) {
  if (WAITS.includes(diskState)) return {};
  const { createOption } = properties.creationData as { createOption?: string };
  const diskSizeGB = gib(sizeBytes);
  return { diskSizeBytes: createOption === "FromImage" ? diskSizeGB * GIB : sizeBytes, diskSizeGB };
}

/** As sent; a gallery's image is returned under both names (the same recording). */
function creationDataOf({ properties }: Disk) {
  const sent = properties.creationData as {
    galleryImageReference?: { id?: string; sharedGalleryImageId?: string };
  };
  const id = sent.galleryImageReference?.id ?? sent.galleryImageReference?.sharedGalleryImageId;
  return { ...sent, ...(id !== undefined && { imageReference: { id } }) };
}

export function findDisk(cloud: Cloud, id: string): Disk {
  const disk = contentsOf(cloud).disks[keyOf(id)];
  if (disk) return disk;
  throw notFound("Microsoft.Compute/disks", id.split("/").at(-1) ?? "", groupOf(id));
}
