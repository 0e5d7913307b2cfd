import fs from "node:fs";
import { invalid, notRehearsed } from "../errors";
import { routeWithBody, type Incoming, type Route } from "../http/route";
import { checkObjectName } from "./names";
import {
  applyObjectRequest,
  checkPreconditions,
  type ObjectRequest,
  objectSchema,
  PRECONDITIONS,
  presentObject,
  readPreconditions,
  type StoredObject,
} from "./object";
import type { ObjectStore } from "./object-store";

const SOURCE_PRECONDITIONS = PRECONDITIONS.map((name) => name.replace(/^if/, "ifSource"));
const QUERY = [
  "sourceGeneration",
  "projection",
  "destinationPredefinedAcl",
  "destinationKmsKeyName",
  ...PRECONDITIONS,
  ...SOURCE_PRECONDITIONS,
];

/**
 * Copies within the cloud, used by clients for renaming: `copyTo`, and `rewriteTo`, which here always completes in
 * one call, as in the real cloud within one location and storage class
 * (https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite).
 */
export function copyRoutes(base: string, store: ObjectStore): readonly Route[] {
  const from = `${base}/b/{bucket}/o/{object}`;
  const to = "b/{destinationBucket}/o/{destinationObject}";
  return [
    routeWithBody({
      method: "POST",
      path: `${from}/copyTo/${to}`,
      query: QUERY,
      body: objectSchema,
      handle: async (incoming) => ({ json: presentObject(await copy(store, incoming), incoming.origin) }),
    }),
    routeWithBody({
      method: "POST",
      path: `${from}/rewriteTo/${to}`,
      query: [...QUERY, "rewriteToken", "maxBytesRewrittenPerCall"],
      body: objectSchema,
      async handle(incoming) {
        if (incoming.query.has("rewriteToken"))
          throw invalid("The rewrite token is not one of an unfinished rewrite.");
        const made = await copy(store, incoming);
        const size = String(made.size);
        return {
          json: {
            kind: "storage#rewriteResponse",
            totalBytesRewritten: size,
            objectSize: size,
            done: true,
            resource: presentObject(made, incoming.origin),
          },
        };
      },
    }),
  ];
}

async function copy(
  store: ObjectStore,
  { caller, params, query, body }: Incoming<ObjectRequest>,
): Promise<StoredObject> {
  for (const name of ["destinationPredefinedAcl", "destinationKmsKeyName"])
    if (query.has(name)) throw notRehearsed(`${name} of a copy`);
  const source = store.object(caller, "storage.objects.get", params, query.get("sourceGeneration"));
  checkPreconditions(sourcePreconditions(query), source);
  const name = params.destinationObject ?? "";
  const bucket = store.bucket(caller, params.destinationBucket ?? "", "storage.objects.create");
  const before = store.find(bucket.name, name);
  if (before) store.bucket(caller, bucket.name, "storage.objects.delete");
  checkObjectName(name);
  const { storageClass = bucket.storageClass } = body;
  if (storageClass !== bucket.storageClass) throw notRehearsed("a storage class that is not the bucket's");
  const conditions = readPreconditions(query);
  checkPreconditions(conditions, before);
  const received = await store.receive(fs.createReadStream(store.file(source)));
  const { crc32c, md5Hash } = source;
  return store.commit(
    received,
    { bucket, name, metadata: metadataOf(body, source) },
    { crc32c, md5Hash },
    conditions,
  );
}

/** Metadata of the copy: all of the request's instead of all of the source's, or the source's. */
function metadataOf(request: ObjectRequest, source: StoredObject) {
  const given = applyObjectRequest(request);
  return Object.keys(given).length > 0 ? given : applyObjectRequest({}, source);
}

function sourcePreconditions(query: URLSearchParams) {
  const own = new URLSearchParams();
  for (const name of PRECONDITIONS) {
    const value = query.get(name.replace(/^if/, "ifSource"));
    if (value !== null) own.set(name, value);
  }
  return readPreconditions(own);
}
