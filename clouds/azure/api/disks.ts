/** Azure Compute calls on managed disks. */
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
    /** Unique to this disk: a later one of the same name has another. */
    uniqueId?: string;
    /** Absent while the disk waits for an upload. */
    diskSizeBytes?: number;
    creationData?: { uploadSizeBytes?: number };
    provisioningState?: string;
  };
}

/** Validity of links, one day: longer than any upload should take, and short for an abandoned link. */
const LINK_SECONDS = 86_400;

/** `group/name`, for messages. */
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

/** A link to the disk's bytes. If access was granted already: the same link, or a new one. */
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

/** Revokes all links to the disk. An absent disk is accepted. */
export async function revokeAccess(session: AzureSession, id: string): Promise<void> {
  try {
    const what = `revoke access to ${showDisk(id)}`;
    await runOperation(session, what, { method: "POST", url: armUrl(`${id}/endGetAccess`, "disks") });
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
  }
}

/** About 10 minutes have been observed (github.com/Azure/AgentBaker/pull/8373, 2026-04-22); this is twice as long. */
const REPLICA_LIMIT = 20 * 60_000;

/**
 * Creates a disk from a gallery version and waits for it. For a while after replication was reported complete, Azure
 * does not find the version (GalleryImageNotFound).
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

/** A version of any owner by its community id, one of the caller's own by its ARM id. */
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
