/** Objects of Cloud Storage, without their bytes. */
import { callGoogle, findGoogle, type GoogleSession, storageEndpoint } from "./http";

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

/** What an image's `rawDisk.source` names. */
export function sourceUrl({ bucket, object }: ObjectPlace): string {
  return `https://storage.googleapis.com/${bucket}/${object}`;
}

function urlOf({ bucket, object }: ObjectPlace): string {
  return `${storageEndpoint()}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
}

export function showObject({ bucket, object }: ObjectPlace): string {
  return `gs://${bucket}/${object}`;
}

export async function findObject(
  session: GoogleSession,
  place: ObjectPlace,
): Promise<StoredObject | undefined> {
  const text = await findGoogle(session, `objects.get ${showObject(place)}`, urlOf(place));
  return text === undefined ? undefined : (JSON.parse(text) as StoredObject);
}

export interface Bucket {
  readonly name: string;
  /** RFC 3339 */
  readonly timeCreated?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** How long deleted objects are kept and billed; seconds as decimal text. */
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

export async function findBucket(session: GoogleSession, bucket: string): Promise<Bucket | undefined> {
  const text = await findGoogle(session, `buckets.get gs://${bucket}`, bucketUrl(bucket));
  return text === undefined ? undefined : (JSON.parse(text) as Bucket);
}

/** Refused while it holds anything; an absent bucket is fine. */
export async function deleteBucket(session: GoogleSession, bucket: string): Promise<void> {
  const what = `buckets.delete gs://${bucket}`;
  await callGoogle(session, what, { method: "DELETE", url: bucketUrl(bucket), accept: [404] });
}

/** An absent object is fine. */
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
