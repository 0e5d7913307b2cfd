/** Cloud Storage calls on buckets and objects. */
import { CloudFailure } from "../../failure";
import { storageEndpoint } from "./endpoints";
import { callGoogle, findGoogle, getGoogle, type GoogleSession, listGoogle } from "./session";

export interface StoredObject {
  bucket: string;
  name: string;
  /** Decimal text. */
  size: string;
  /** Base64. */
  crc32c: string;
  generation: string;
  /** RFC 3339 */
  timeCreated?: string;
  metadata?: Record<string, string>;
}

export interface ObjectPlace {
  bucket: string;
  object: string;
}

/** The URL for an image's `rawDisk.source`. */
export function sourceUrl({ bucket, object }: ObjectPlace): string {
  return `https://storage.googleapis.com/${bucket}/${object}`;
}

function urlOf({ bucket, object }: ObjectPlace): string {
  return `${storageEndpoint()}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
}

export function showObject({ bucket, object }: ObjectPlace): string {
  return `gs://${bucket}/${object}`;
}

export function findObject(session: GoogleSession, place: ObjectPlace): Promise<StoredObject | undefined> {
  return findGoogle(session, `objects.get ${showObject(place)}`, urlOf(place));
}

/** Objects of a bucket; an absent bucket has none. */
export function listObjects(session: GoogleSession, bucket: string): Promise<StoredObject[]> {
  return listGoogle(session, `objects.list gs://${bucket}`, `${bucketUrl(bucket)}/o?projection=full`);
}

/**
 * Bytes of one generation, from `start` up to `end`.
 *
 * @throws {CloudFailure} `absent`: the generation no longer exists
 */
export async function readObject(
  session: GoogleSession,
  place: ObjectPlace,
  generation: string,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Buffer> {
  const what = `read ${showObject(place)} back`;
  const { bytes } = await callGoogle(session, what, {
    method: "GET",
    url: `${urlOf(place)}?alt=media&generation=${generation}`,
    headers: { range: `bytes=${start}-${end - 1}` },
    wantsBytes: true,
  });
  if (bytes?.length === end - start) return bytes;
  throw new CloudFailure("server", `${what}: ${bytes?.length ?? 0} bytes came, asked were ${end - start}`);
}

export interface Bucket {
  readonly name: string;
  /** In upper case. */
  readonly location?: string;
  /** RFC 3339 */
  readonly timeCreated?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** For how long deleted objects are kept and billed; seconds as decimal text. */
  readonly softDeletePolicy?: { readonly retentionDurationSeconds?: string };
  readonly iamConfiguration?: {
    /** `enforced` or `inherited` */
    readonly publicAccessPrevention?: string;
    readonly uniformBucketLevelAccess?: { readonly enabled?: boolean };
  };
}

function bucketUrl(bucket: string): string {
  return `${storageEndpoint()}/storage/v1/b/${encodeURIComponent(bucket)}`;
}

export function findBucket(session: GoogleSession, bucket: string): Promise<Bucket | undefined> {
  return findGoogle(session, `buckets.get gs://${bucket}`, bucketUrl(bucket));
}

/** @returns the permissions of the list that the caller has */
export async function testBucketPermissions(
  session: GoogleSession,
  bucket: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const query = permissions.map((name) => `permissions=${name}`).join("&");
  const url = `${bucketUrl(bucket)}/iam/testPermissions?${query}`;
  const what = `test permissions on gs://${bucket}`;
  return (await getGoogle<{ permissions?: string[] }>(session, what, url)).permissions ?? [];
}

/** Refused while it contains anything; an absent bucket is accepted. */
export async function deleteBucket(session: GoogleSession, bucket: string): Promise<void> {
  const what = `buckets.delete gs://${bucket}`;
  await callGoogle(session, what, { method: "DELETE", url: bucketUrl(bucket), accept: [404] });
}

/** An absent object is accepted. */
export async function deleteObject(session: GoogleSession, place: ObjectPlace): Promise<void> {
  const what = `objects.delete ${showObject(place)}`;
  await callGoogle(session, what, { method: "DELETE", url: urlOf(place), accept: [404] });
}

export async function setMetadata(
  session: GoogleSession,
  place: ObjectPlace,
  metadata: Record<string, string | null>,
): Promise<void> {
  const what = `objects.patch ${showObject(place)}`;
  await callGoogle(session, what, { method: "PATCH", url: urlOf(place), json: { metadata } });
}
