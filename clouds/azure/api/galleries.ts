/** Azure Compute calls on galleries, definitions and versions: the account's own, and those shared by others. */
import type { Tracked } from "./groups";
import { finishOperation, runOperation } from "./operations";
import { armUrl, type AzureSession, callAzure, findResource, listResources } from "./session";

export interface TargetRegion {
  readonly name: string;
  readonly regionalReplicaCount?: number;
  readonly storageAccountType?: string;
  /** In this region only. */
  readonly excludeFromLatest?: boolean;
}

/** Regions are given by display name (`West Europe`). */
export interface GalleryVersion extends Tracked {
  readonly location: string;
  readonly properties: {
    /** Unique to this version, if Azure reports one. */
    readonly uniqueId?: string;
    readonly provisioningState?: string;
    readonly publishingProfile?: {
      readonly targetRegions?: readonly TargetRegion[];
      readonly replicaCount?: number;
      readonly storageAccountType?: string;
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
    readonly securityProfile?: object;
    readonly replicationStatus?: {
      readonly summary?: readonly {
        readonly region?: string;
        readonly state?: string;
        readonly details?: string;
        /** Percent. */
        readonly progress?: number;
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
      readonly groups?: readonly { readonly type: string; readonly ids?: readonly string[] }[];
      readonly communityGalleryInfo?: {
        readonly communityGalleryEnabled?: boolean;
        readonly publicNames?: readonly string[];
        readonly [field: string]: unknown;
      };
    };
  };
}

/** A version as visible to its users. */
export interface SharedVersion {
  readonly name: string;
  readonly properties?: { readonly excludeFromLatest?: boolean };
}

/** Converts `West Europe` to `westeurope`. */
export function spellRegion(name: string): string {
  return name.toLowerCase().replace(/\s/g, "");
}

/** `demo/demo-x86_64/0.20261120.0`, for messages. */
export function showInGallery(id: string): string {
  const parts = id.split("/").slice(8);
  return parts.filter((_part, index) => index % 2 === 0).join("/");
}

/** Includes the state of each replica. */
export function findVersion(session: AzureSession, id: string): Promise<GalleryVersion | undefined> {
  const url = armUrl(id, "galleries", "$expand=ReplicationStatus");
  return findResource(session, `get version ${showInGallery(id)}`, url);
}

export function findDefinition(session: AzureSession, id: string): Promise<GalleryDefinition | undefined> {
  return findResource(session, `get definition ${showInGallery(id)}`, armUrl(id, "galleries"));
}

/** Includes its sharing profile. */
export function findGallery(session: AzureSession, id: string): Promise<ComputeGallery | undefined> {
  const url = armUrl(id, "galleries", "$expand=SharingProfile/Groups");
  return findResource(session, `get gallery ${showInGallery(id)}`, url);
}

/** An absent definition has none. */
export function listVersions(session: AzureSession, definitionId: string): Promise<GalleryVersion[]> {
  const what = `list versions of ${showInGallery(definitionId)}`;
  return listResources(session, what, armUrl(`${definitionId}/versions`, "galleries"));
}

/** An absent gallery has none. */
export function listDefinitions(session: AzureSession, galleryId: string): Promise<GalleryDefinition[]> {
  const what = `list definitions of ${showInGallery(galleryId)}`;
  return listResources(session, what, armUrl(`${galleryId}/images`, "galleries"));
}

export function listGalleries(session: AzureSession, subscription: string): Promise<ComputeGallery[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/galleries`;
  return listResources(session, "list galleries", armUrl(path, "galleries"));
}

/**
 * The kind of access to a gallery of another owner: community galleries by public name, shared ones by unique name.
 */
export type Door = "communityGalleries" | "sharedGalleries";

/**
 * The versions of a gallery visible to the caller's subscription in one region; an empty list if the gallery is not
 * visible.
 */
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
  return listResources(
    session,
    `list versions of ${gallery}/${definition} in ${location}`,
    armUrl(path, "galleries"),
    [403, 404],
  );
}

/** A version as visible to the caller. @param path ARM id, or the path of a community gallery in a region */
export function findVersionAt<T>(session: AzureSession, id: string, path: string): Promise<T | undefined> {
  return findResource(session, `get ${id}`, armUrl(path, "galleries"));
}

/** A gallery, a definition or a version. */
export function findInGallery(session: AzureSession, id: string): Promise<Tracked | undefined> {
  return findResource(session, `get ${showInGallery(id)}`, armUrl(id, "galleries"));
}

/**
 * Azure's PUT is "create or update", with the complete resource. Returns when Azure reports completion.
 *
 * @param progress shown while waiting
 */
export async function putVersion(
  session: AzureSession,
  id: string,
  json: object,
  progress: () => Promise<string>,
): Promise<void> {
  const what = `update version ${showInGallery(id)}`;
  const begun = await callAzure(session, what, { method: "PUT", url: armUrl(id, "galleries"), json });
  await finishOperation(session, what, begun, progress);
}

/** Returns as soon as Azure has accepted the request. */
export async function beginVersionUpdate(session: AzureSession, id: string, json: object): Promise<void> {
  const request = { method: "PUT", url: armUrl(id, "galleries"), json } as const;
  await callAzure(session, `update version ${showInGallery(id)}`, request);
}

/** Returns as soon as Azure has accepted the request. An absent version is accepted. */
export async function beginVersionDeletion(session: AzureSession, id: string): Promise<void> {
  const request = { method: "DELETE", url: armUrl(id, "galleries"), accept: [404] } as const;
  await callAzure(session, `delete version ${showInGallery(id)}`, request);
}

/** A gallery, a definition or a version: returns when Azure reports completion. An absent one is accepted. */
export async function deleteInGallery(session: AzureSession, id: string): Promise<void> {
  const request = { method: "DELETE", url: armUrl(id, "galleries"), accept: [404] } as const;
  await runOperation(session, `delete ${showInGallery(id)}`, request);
}

/** The share action. @param update its body: `operationType`, `groups` */
export async function shareGallery(session: AzureSession, id: string, update: object): Promise<void> {
  const request = { method: "POST", url: armUrl(`${id}/share`, "galleries"), json: update } as const;
  await runOperation(session, `share gallery ${showInGallery(id)}`, request);
}
