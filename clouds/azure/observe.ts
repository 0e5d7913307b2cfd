/** Looking at what a subscription has, and at what anybody sees of its galleries; nothing here changes anything. */
import type { ManagedDisk } from "./disks";
import { armUrl, type AzureSession, callAzure, findResource } from "./http";

export interface Tracked {
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface TargetRegion {
  readonly name: string;
  readonly regionalReplicaCount?: number;
  readonly storageAccountType?: string;
}

export interface GalleryVersion extends Tracked {
  readonly properties: {
    /** Of this version alone, where Azure tells one. */
    readonly uniqueId?: string;
    readonly provisioningState?: string;
    readonly publishingProfile?: {
      readonly targetRegions?: readonly TargetRegion[];
      readonly excludeFromLatest?: boolean;
      /** RFC 3339 */
      readonly endOfLifeDate?: string;
      /** RFC 3339 */
      readonly publishedDate?: string;
    };
    readonly storageProfile?: { readonly osDiskImage?: { readonly sizeInGB?: number } };
    readonly safetyProfile?: {
      readonly blockDeletionBeforeEndOfLife?: boolean;
      readonly allowDeletionOfReplicatedLocations?: boolean;
    };
    readonly replicationStatus?: {
      readonly summary?: readonly {
        readonly region?: string;
        readonly state?: string;
        readonly details?: string;
      }[];
    };
  };
}

export interface GalleryDefinition extends Tracked {
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ComputeGallery extends Tracked {
  readonly properties: {
    readonly description?: string;
    readonly identifier?: { readonly uniqueName?: string };
    readonly sharingProfile?: {
      readonly permissions?: string;
      readonly communityGalleryInfo?: Readonly<Record<string, unknown>>;
    };
  };
}

/** A version as others see it. */
export interface SharedVersion {
  readonly name: string;
  readonly properties?: { readonly excludeFromLatest?: boolean };
}

/** `West Europe` is `westeurope`. */
export function spellRegion(name: string): string {
  return name.toLowerCase().replace(/\s/g, "");
}

/** `demo/demo-x86_64/0.20261120.0`, for people. */
export function showInGallery(id: string): string {
  const parts = id.split("/").slice(8);
  return parts.filter((_part, index) => index % 2 === 0).join("/");
}

/** With the state of each replica. */
export function findVersion(session: AzureSession, id: string): Promise<GalleryVersion | undefined> {
  const url = armUrl(id, "galleries", "$expand=ReplicationStatus");
  return findResource(session, `get version ${showInGallery(id)}`, url);
}

export function findDefinition(session: AzureSession, id: string): Promise<GalleryDefinition | undefined> {
  return findResource(session, `get definition ${showInGallery(id)}`, armUrl(id, "galleries"));
}

export function findGallery(session: AzureSession, id: string): Promise<ComputeGallery | undefined> {
  return findResource(session, `get gallery ${showInGallery(id)}`, armUrl(id, "galleries"));
}

export function findGroup(session: AzureSession, id: string): Promise<Tracked | undefined> {
  return findResource(session, `get resource group ${id.split("/").at(-1)}`, armUrl(id, "groups"));
}

/** An absent definition has none. */
export function listVersions(session: AzureSession, definitionId: string): Promise<GalleryVersion[]> {
  const what = `list versions of ${showInGallery(definitionId)}`;
  return listed(session, what, armUrl(`${definitionId}/versions`, "galleries"));
}

/** An absent gallery has none. */
export function listDefinitions(session: AzureSession, galleryId: string): Promise<GalleryDefinition[]> {
  const what = `list definitions of ${showInGallery(galleryId)}`;
  return listed(session, what, armUrl(`${galleryId}/images`, "galleries"));
}

export function listGalleries(session: AzureSession, subscription: string): Promise<ComputeGallery[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/galleries`;
  return listed(session, "list galleries", armUrl(path, "galleries"));
}

export function listDisks(session: AzureSession, subscription: string): Promise<(Tracked & ManagedDisk)[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/disks`;
  return listed(session, "list disks", armUrl(path, "disks"));
}

export function listGroups(session: AzureSession, subscription: string): Promise<Tracked[]> {
  return listed(
    session,
    "list resource groups",
    armUrl(`/subscriptions/${subscription}/resourceGroups`, "groups"),
  );
}

/** Everything in a resource group that is a resource of its own, with its tags. */
export function listResources(session: AzureSession, groupId: string): Promise<Tracked[]> {
  const what = `list what is in resource group ${groupId.split("/").at(-1)}`;
  return listed(session, what, armUrl(`${groupId}/resources`, "groups"));
}

/** Through which door others come in: everybody by the public name, or those it is shared with by the unique one. */
export type Door = "communityGalleries" | "sharedGalleries";

/** What the caller's subscription sees of a gallery in one region; nothing of it: an empty list. */
export function versionsSeen(
  session: AzureSession,
  subscription: string,
  {
    door,
    gallery,
    location,
    definition,
  }: { door: Door; gallery: string; location: string; definition: string },
): Promise<SharedVersion[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${location}/${door}/${gallery}/images/${definition}/versions`;
  return listed(
    session,
    `list versions of ${gallery}/${definition} in ${location}`,
    armUrl(path, "galleries"),
    [403, 404],
  );
}

/** @param absent statuses that mean an empty list: a stranger is answered 403 or 404 for what is not his to see */
async function listed<T>(session: AzureSession, what: string, first: string, absent = [404]): Promise<T[]> {
  const all: T[] = [];
  let url: string | undefined = first;
  while (url !== undefined) {
    const answer = await callAzure(session, what, { method: "GET", url, accept: absent });
    if (absent.includes(answer.status)) return all;
    const page = JSON.parse(answer.body.toString("utf8")) as { value?: T[]; nextLink?: string };
    all.push(...(page.value ?? []));
    url = page.nextLink || undefined;
  }
  return all;
}
