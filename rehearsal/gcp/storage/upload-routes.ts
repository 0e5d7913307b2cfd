import type { Readable } from "node:stream";
import { GoogleError, invalid, notRehearsed } from "../errors";
import { route, type Answer, type Incoming, type Route } from "../http/route";
import { readText } from "../http/body";
import { parseBody } from "../http/schema";
import { type ClaimedChecksums, parseHashHeader } from "./checksums";
import { readMultipart } from "./multipart";
import { checkObjectName } from "./names";
import {
  applyObjectRequest,
  checkPreconditions,
  objectSchema,
  PRECONDITIONS,
  presentObject,
  readPreconditions,
  type ObjectRequest,
} from "./object";
import type { ObjectStore } from "./object-store";
import type { Progress, ResumableUploads } from "./resumable";

/** Uploads of the three kinds: the bytes alone, JSON and bytes in one body, and resumable sessions. */
export function uploadRoutes(store: ObjectStore, sessions: ResumableUploads): readonly Route[] {
  const path = "/upload/storage/v1/b/{bucket}/o";
  const query = [
    "uploadType",
    "name",
    "upload_id",
    "contentEncoding",
    "predefinedAcl",
    "kmsKeyName",
    "projection",
    ...PRECONDITIONS,
  ];

  const begin = async (incoming: Incoming): Promise<Answer> => {
    const { query: asked, params, headers } = incoming;
    for (const name of ["predefinedAcl", "kmsKeyName"])
      if (asked.has(name)) throw notRehearsed(`${name} of an upload`);
    switch (asked.get("uploadType")) {
      case "media": {
        const target = place(store, incoming, {});
        const contentType = headers["content-type"];
        const metadata = { ...(contentType === undefined ? {} : { contentType }), ...target.metadata };
        const md5Hash = [headers["content-md5"]].flat()[0];
        const claims = md5Hash === undefined ? {} : { md5Hash };
        return finish(store, incoming, bytesOf(incoming.stream), { ...target, metadata }, claims);
      }
      case "multipart": {
        const parts = await readMultipart(bytesOf(incoming.stream), headers["content-type"] ?? "");
        const request = parseBody(objectSchema, parts.json);
        const target = place(store, incoming, request);
        const metadata = {
          ...(parts.mediaType === undefined ? {} : { contentType: parts.mediaType }),
          ...target.metadata,
        };
        return finish(store, incoming, parts.media, { ...target, metadata }, claimsOf(request));
      }
      case "resumable": {
        const request = parseBody(objectSchema, await readText(incoming.stream));
        const target = place(store, incoming, request);
        const conditions = readPreconditions(asked);
        checkPreconditions(conditions, store.find(target.bucket.name, target.name));
        const contentType = [headers["x-upload-content-type"]].flat()[0];
        const declared = [headers["x-upload-content-length"]].flat()[0];
        const id = sessions.begin({
          bucket: target.bucket.name,
          name: target.name,
          metadata: { ...(contentType === undefined ? {} : { contentType }), ...target.metadata },
          claimed: { ...claimsOf(request), ...parseHashHeader(headers["x-goog-hash"]) },
          conditions,
          ...(declared === undefined ? {} : { total: Number(declared) }),
        });
        const location = `${incoming.origin}${path.replace("{bucket}", params.bucket ?? "")}?uploadType=resumable&upload_id=${id}`;
        return {
          status: 200,
          headers: { Location: location, "X-GUploader-UploadID": id, "Content-Length": "0" },
        };
      }
      default:
        throw invalid(`Invalid upload type: ${asked.get("uploadType") ?? ""}`);
    }
  };

  const session = (incoming: Incoming) => {
    const id = incoming.query.get("upload_id");
    if (id === null) throw new GoogleError(400, "required", "Required parameter: upload_id");
    return id;
  };
  const proceed = async (incoming: Incoming): Promise<Answer> => {
    const progress = await sessions.put(session(incoming), incoming.stream, incoming.headers);
    return progressAnswer(progress, incoming.origin);
  };
  return [
    route({
      method: "POST",
      path,
      query,
      raw: true,
      anonymous: true,
      handle: (incoming) => (incoming.query.has("upload_id") ? proceed(incoming) : begin(incoming)),
    }),
    route({ method: "PUT", path, query, raw: true, anonymous: true, handle: proceed }),
    route({
      method: "DELETE",
      path,
      query,
      anonymous: true,
      handle(incoming) {
        sessions.cancel(session(incoming));
        // Cloud Storage confirms a cancelled upload with "Client Closed Request".
        return { status: 499, headers: { "Content-Length": "0" } };
      },
    }),
  ];
}

function progressAnswer(progress: Progress, origin: string): Answer {
  if ("object" in progress) return { status: 200, json: presentObject(progress.object, origin) };
  const range: Record<string, string> =
    progress.persisted > 0 ? { Range: `bytes=0-${progress.persisted - 1}` } : {};
  return { status: 308, headers: { ...range, "Content-Length": "0", "X-Http-Status-Code-Override": "308" } };
}

/** Target of an upload, after checking the caller's permission. */
function place(store: ObjectStore, { caller, params, query }: Incoming, request: ObjectRequest) {
  const name = query.get("name") ?? request.name ?? "";
  const bucket = store.bucket(caller, params.bucket ?? "", "storage.objects.create");
  if (store.find(bucket.name, name)) store.bucket(caller, bucket.name, "storage.objects.delete");
  checkObjectName(name);
  if (request.bucket !== undefined && request.bucket !== bucket.name)
    throw invalid("The bucket in the body is not the one in the URL.");
  const contentEncoding = query.get("contentEncoding");
  return {
    bucket,
    name,
    metadata: { ...applyObjectRequest(request), ...(contentEncoding === null ? {} : { contentEncoding }) },
  };
}

function claimsOf({ crc32c, md5Hash }: ObjectRequest): ClaimedChecksums {
  return { ...(crc32c === undefined ? {} : { crc32c }), ...(md5Hash === undefined ? {} : { md5Hash }) };
}

async function finish(
  store: ObjectStore,
  { headers, query, origin }: Incoming,
  bytes: AsyncIterable<Buffer>,
  target: ReturnType<typeof place>,
  claims: ClaimedChecksums,
): Promise<Answer> {
  const conditions = readPreconditions(query);
  checkPreconditions(conditions, store.find(target.bucket.name, target.name));
  const received = await store.receive(bytes);
  const object = store.commit(
    received,
    target,
    { ...claims, ...parseHashHeader(headers["x-goog-hash"]) },
    conditions,
  );
  return { status: 200, json: presentObject(object, origin) };
}

function bytesOf(stream: Readable): AsyncIterable<Buffer> {
  return stream as AsyncIterable<Buffer>;
}
