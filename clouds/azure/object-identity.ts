/**
 * Azure's own identity of a disk or a gallery version: a version that is deleted and created again under its number
 * has another date, a disk also another unique id (recorded in github.com/Azure/azure-cli, test_gallery_e2e.yaml and
 * test_vm_disk_upload.yaml, 2023).
 */
import { findDisk, type ManagedDisk } from "./api/disks";
import type { AzureSession } from "./api/session";
import { findVersion, type GalleryVersion } from "./api/galleries";

interface Identity {
  uid?: string;
  /** RFC 3339; with seven decimals in some responses and none in others. */
  createdAt?: string;
}

export function isDiskId(id: string): boolean {
  return id.split("/").at(-2)?.toLowerCase() === "disks";
}

/** `undefined`: there is no object of that id. */
export async function findIdentity(session: AzureSession, id: string): Promise<Identity | undefined> {
  if (isDiskId(id)) {
    const disk = await findDisk(session, id);
    return disk && identityOfDisk(disk);
  }
  const version = await findVersion(session, id);
  return version && identityOfVersion(version);
}

export function identityOfDisk({ properties }: Pick<ManagedDisk, "properties">): Identity {
  return identity(properties.uniqueId, properties.timeCreated);
}

export function identityOfVersion({ properties }: Pick<GalleryVersion, "properties">): Identity {
  return identity(properties.uniqueId, properties.publishingProfile?.publishedDate);
}

function identity(uid: string | undefined, createdAt: string | undefined): Identity {
  return { uid, createdAt };
}
