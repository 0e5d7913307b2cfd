/** The calls of Azure Compute on managed disks. */
import { CloudFailure, failedWith } from "../../failure";
import { wait } from "../../retry";
import type { Tracked } from "./groups";
import { runOperation } from "./operations";
import { armUrl, type AzureSession, findResource, listResources } from "./session";

export interface ManagedDisk {
  id: string;
  location?: string;
  tags?: Record<string, string>;
  properties: {
    /** RFC 3339 */
    timeCreated?: string;
    diskState?: string;
    /** Of this disk alone: one of the same name made later has another. */
    uniqueId?: string;
    /** Not told while the disk waits for the bytes of an upload. */
    diskSizeBytes?: number;
    creationData?: { uploadSizeBytes?: number };
    provisioningState?: string;
  };
}

/** Links live for a day: longer than any upload should take, and an abandoned one is worthless soon. */
const LINK_SECONDS = 86_400;

/** `group/name`, for people. */
export function showDisk(id: string): string {
  const parts = id.split("/");
  return `disk ${parts[4] ?? ""}/${parts.at(-1) ?? ""}`;
}

export function findDisk(session: AzureSession, id: string): Promise<ManagedDisk | undefined> {
  return findResource<ManagedDisk>(session, `get ${showDisk(id)}`, armUrl(id, "disks"));
}

export function listDisks(session: AzureSession, subscription: string): Promise<(Tracked & ManagedDisk)[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/disks`;
  return listResources(session, "list disks", armUrl(path, "disks"));
}

/** A link to the disk's bytes. Granted already: the same, or a new one. */
export async function grantAccess(
  session: AzureSession,
  id: string,
  access: "Read" | "Write",
): Promise<string> {
  const what = `grant ${access.toLowerCase()} access to ${showDisk(id)}`;
  const granted = await runOperation<{
    accessSAS?: string;
    properties?: { output?: { accessSAS?: string } };
  }>(session, what, {
    method: "POST",
    url: armUrl(`${id}/beginGetAccess`, "disks"),
    json: { access, durationInSeconds: LINK_SECONDS },
  });
  const link = granted?.accessSAS ?? granted?.properties?.output?.accessSAS;
  if (!link) throw new CloudFailure("server", `${what} on Azure: the answer has no link`);
  return link;
}

/** Ends all links to the disk. One that is gone is fine. */
export async function revokeAccess(session: AzureSession, id: string): Promise<void> {
  try {
    const what = `revoke access to ${showDisk(id)}`;
    await runOperation(session, what, { method: "POST", url: armUrl(`${id}/endGetAccess`, "disks") });
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
  }
}

/** Some 10 minutes were seen (github.com/Azure/AgentBaker/pull/8373, 2026-04-22); this leaves twice that. */
const REPLICA_LIMIT = 20 * 60_000;

/**
 * A disk made from a gallery version, and waited for. For a while after its replication was reported complete, Azure finds
 * no version to make a disk of (GalleryImageNotFound).
 */
export async function makeDiskFromVersion(
  session: AzureSession,
  id: string,
  disk: { versionId: string; location: string; tags: Record<string, string> },
): Promise<void> {
  const what = `make ${showDisk(id)} from ${disk.versionId.split("/").slice(-3).join("/")}`;
  const request = {
    method: "PUT",
    url: armUrl(id, "disks"),
    json: {
      location: disk.location,
      tags: disk.tags,
      sku: { name: "Standard_LRS" },
      properties: {
        creationData: { createOption: "FromImage", galleryImageReference: referenceTo(disk.versionId) },
      },
    },
  } as const;
  let waited = 0;
  for (let pace = 1_000; ; pace = Math.min(30_000, pace * 1.5)) {
    try {
      await runOperation(session, what, request);
      return;
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.code !== "GalleryImageNotFound") throw error;
      if (waited > REPLICA_LIMIT) throw error;
      session.status(`${what}: Azure does not find the version in ${disk.location} yet`);
    }
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

/** Anybody's version by its community id, one's own by its ARM id. */
function referenceTo(versionId: string): object {
  return /^\/CommunityGalleries\//i.test(versionId)
    ? { communityGalleryImageId: versionId }
    : { id: versionId };
}

export async function deleteDisk(session: AzureSession, id: string): Promise<void> {
  await runOperation(session, `delete ${showDisk(id)}`, {
    method: "DELETE",
    url: armUrl(id, "disks"),
    accept: [404],
  });
}
