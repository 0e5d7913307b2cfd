import { z } from "zod";
import { invalid, notRehearsed, preconditionFailed } from "../errors";
import { stringMap } from "../http/schema";
import { isRfc3339 } from "../time";

/** Metadata that a client may set, and change later. */
export interface ObjectMetadata {
  contentType?: string;
  contentEncoding?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  cacheControl?: string;
  customTime?: string;
  metadata?: Record<string, string>;
  /** Returned from the first hold on, `false` once released. */
  temporaryHold?: boolean;
  eventBasedHold?: boolean;
}

/** An object in stored form; its bytes are in a file named by its generation. */
export interface StoredObject extends ObjectMetadata {
  bucket: string;
  name: string;
  generation: string;
  metageneration: number;
  size: number;
  crc32c: string;
  md5Hash: string;
  storageClass: string;
  timeCreated: string;
  updated: string;
}

/** Fields of an object in a request. */
export const objectSchema = z.strictObject({
  name: z.string().optional(),
  bucket: z.string().optional(),
  contentType: z.string().nullable().optional(),
  contentEncoding: z.string().nullable().optional(),
  contentDisposition: z.string().nullable().optional(),
  contentLanguage: z.string().nullable().optional(),
  cacheControl: z.string().nullable().optional(),
  customTime: z.string().nullable().optional(),
  metadata: z.record(z.string(), z.string().nullable()).nullable().optional(),
  crc32c: z.string().optional(),
  md5Hash: z.string().optional(),
  storageClass: z.string().optional(),
  acl: z.unknown().optional(),
  contexts: z.unknown().optional(),
  eventBasedHold: z.boolean().optional(),
  temporaryHold: z.boolean().optional(),
  retention: z.unknown().optional(),
  kmsKeyName: z.string().optional(),
  kind: z.string().optional(),
  id: z.string().optional(),
  selfLink: z.string().optional(),
  mediaLink: z.string().optional(),
  etag: z.string().optional(),
  generation: z.string().optional(),
  metageneration: z.string().optional(),
  size: z.union([z.string(), z.int()]).optional(),
  timeCreated: z.string().optional(),
  timeStorageClassUpdated: z.string().optional(),
  timeFinalized: z.string().optional(),
  updated: z.string().optional(),
  owner: z.unknown().optional(),
  componentCount: z.int().optional(),
});

const HOLDS = ["temporaryHold", "eventBasedHold"] as const;

export type ObjectRequest = z.infer<typeof objectSchema>;

const PLAIN_FIELDS = [
  "contentType",
  "contentEncoding",
  "contentDisposition",
  "contentLanguage",
  "cacheControl",
  "customTime",
] as const;

/** The metadata after a request: omitted fields stay, null removes one. */
export function applyObjectRequest(request: ObjectRequest, before: ObjectMetadata = {}): ObjectMetadata {
  for (const name of ["acl", "contexts", "retention", "kmsKeyName"] as const) {
    if (request[name] !== undefined) throw notRehearsed(`${name} of an object`);
  }
  if (request.customTime && !isRfc3339(request.customTime))
    throw invalid(`Invalid custom time: ${request.customTime}`);
  const after: ObjectMetadata = {};
  for (const field of PLAIN_FIELDS) {
    const value = request[field] === undefined ? before[field] : request[field];
    if (value !== undefined && value !== null) after[field] = value;
  }
  for (const hold of HOLDS) {
    const value = request[hold] ?? before[hold];
    if (value !== undefined) after[hold] = value;
  }
  if (request.metadata !== null) {
    const metadata: Record<string, string> = { ...before.metadata };
    for (const [key, value] of Object.entries(request.metadata ?? {})) {
      if (value === null) delete metadata[key];
      else metadata[key] = value;
    }
    if (Object.keys(metadata).length > 0) after.metadata = stringMap.parse(metadata);
  }
  return after;
}

/** An object in a response. */
export function presentObject(object: StoredObject, origin: string) {
  const { bucket, name, generation, metageneration } = object;
  const path = `${bucket}/o/${encodeURIComponent(name)}`;
  return {
    kind: "storage#object",
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${origin}/storage/v1/b/${path}`,
    mediaLink: `${origin}/download/storage/v1/b/${path}?generation=${generation}&alt=media`,
    ...object,
    metageneration: String(metageneration),
    size: String(object.size),
    etag: objectEtag(object),
    timeStorageClassUpdated: object.timeCreated,
    timeFinalized: object.timeCreated,
  };
}

export function objectEtag({ generation, metageneration }: StoredObject): string {
  return Buffer.from(`${generation}/${metageneration}`).toString("base64");
}

/** Query parameters of {@link checkPreconditions}. */
export const PRECONDITIONS = [
  "ifGenerationMatch",
  "ifGenerationNotMatch",
  "ifMetagenerationMatch",
  "ifMetagenerationNotMatch",
] as const;

export type Preconditions = Partial<Record<(typeof PRECONDITIONS)[number], string>>;

export function readPreconditions(query: URLSearchParams): Preconditions {
  const conditions: Preconditions = {};
  for (const name of PRECONDITIONS) {
    const value = query.get(name);
    if (value === null) continue;
    if (!/^\d+$/.test(value)) throw invalid(`Invalid value for ${name}: "${value}".`);
    conditions[name] = value;
  }
  return conditions;
}

/** Generation 0 means "the object does not exist". https://cloud.google.com/storage/docs/request-preconditions */
export function checkPreconditions(
  conditions: Preconditions,
  present: { generation: string; metageneration: number } | undefined,
): void {
  const generation = present?.generation ?? "0";
  const metageneration = String(present?.metageneration ?? 0);
  const { ifGenerationMatch, ifGenerationNotMatch, ifMetagenerationMatch, ifMetagenerationNotMatch } =
    conditions;
  if (
    (ifGenerationMatch !== undefined && ifGenerationMatch !== generation) ||
    (ifGenerationNotMatch !== undefined && ifGenerationNotMatch === generation) ||
    (ifMetagenerationMatch !== undefined && ifMetagenerationMatch !== metageneration) ||
    (ifMetagenerationNotMatch !== undefined && ifMetagenerationNotMatch === metageneration)
  ) {
    throw preconditionFailed();
  }
}
