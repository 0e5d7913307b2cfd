import fs from "node:fs";
import { Readable } from "node:stream";
import { GoogleError, invalid, notRehearsed } from "../errors";
import { route, routeWithBody, type Answer, type Incoming, type Route } from "../http/route";
import { pageSize } from "./bucket-routes";
import { globPattern } from "./glob";
import {
  applyObjectRequest,
  checkPreconditions,
  objectEtag,
  objectSchema,
  PRECONDITIONS,
  presentObject,
  readPreconditions,
  type StoredObject,
} from "./object";
import type { ObjectStore } from "./object-store";
import { afterPageToken, pageToken } from "./page-token";

/** Objects, except uploads. */
export function objectRoutes(base: string, store: ObjectStore): readonly Route[] {
  const all = `${base}/b/{bucket}/o`;
  const one = `${all}/{object}`;
  const conditional = ["generation", ...PRECONDITIONS];
  const find = (incoming: Incoming<unknown>, permission: string): StoredObject => {
    const { caller, params, query } = incoming;
    const object = store.object(caller, permission, params, query.get("generation"));
    checkPreconditions(readPreconditions(query), object);
    return object;
  };
  const read = (incoming: Incoming): Answer => {
    const object = find(incoming, "storage.objects.get");
    return incoming.query.get("alt") === "media"
      ? download(store, object, incoming)
      : { json: presentObject(object, incoming.origin) };
  };

  return [
    route({
      method: "GET",
      path: all,
      query: [
        "prefix",
        "delimiter",
        "maxResults",
        "pageToken",
        "startOffset",
        "endOffset",
        "includeTrailingDelimiter",
        "includeFoldersAsPrefixes",
        "matchGlob",
        "filter",
        "versions",
        "softDeleted",
        "projection",
      ],
      anonymous: true,
      handle(incoming) {
        const { caller, params, query, origin } = incoming;
        if (query.get("versions") === "true") throw notRehearsed("versions in a list");
        if (query.has("filter")) throw notRehearsed("filter in a list");
        if (query.has("matchGlob") && query.has("delimiter"))
          throw notRehearsed("matchGlob with a delimiter");
        // Every folder is also a prefix here: the result is the same.
        if (query.get("includeFoldersAsPrefixes") === "true" && query.get("delimiter") !== "/")
          throw invalid("includeFoldersAsPrefixes needs the delimiter '/'.");
        const bucket = store.bucket(caller, params.bucket ?? "", "storage.objects.list");
        const objects: StoredObject[] =
          query.get("softDeleted") === "true"
            ? [...store.softDeleted()].filter((object) => object.bucket === bucket.name)
            : store.list(bucket.name);
        const page = listObjects(objects, query);
        const items = page.items.map((object) => presentObject(object, origin));
        return {
          json: {
            kind: "storage#objects",
            nextPageToken: page.nextPageToken,
            prefixes: page.prefixes.length > 0 ? page.prefixes : undefined,
            items: items.length > 0 ? items : undefined,
          },
        };
      },
    }),
    route({ method: "GET", path: one, query: ["projection", ...conditional], anonymous: true, handle: read }),
    // PATCH changes the named fields; PUT replaces all, and omitted ones are removed.
    ...(["PATCH", "PUT"] as const).map((method) =>
      routeWithBody({
        method,
        path: one,
        query: ["projection", "predefinedAcl", ...conditional],
        body: objectSchema,
        handle(incoming) {
          if (incoming.query.has("predefinedAcl")) throw notRehearsed("predefinedAcl of an object");
          const object = find(incoming, "storage.objects.update");
          const before = method === "PATCH" ? object : {};
          const after = store.update(object, applyObjectRequest(incoming.body, before));
          return { json: presentObject(after, incoming.origin), headers: { ETag: objectEtag(after) } };
        },
      }),
    ),
    route({
      method: "DELETE",
      path: one,
      query: conditional,
      anonymous: true,
      handle(incoming) {
        store.delete(find(incoming, "storage.objects.delete"));
        return { status: 204 };
      },
    }),
  ];
}

/** First path components of other APIs, which cannot be bucket names here because all APIs share one port. */
const API_ROOTS: ReadonlySet<string> = new Set([
  "compute",
  "storage",
  "upload",
  "download",
  "rehearsal",
  "batch",
  "b",
]);

/** Plain downloads: the JSON API's download host and the XML API's `/bucket/object`. */
export function downloadRoutes(store: ObjectStore): readonly Route[] {
  const query = ["generation", ...PRECONDITIONS];
  const handle = (incoming: Incoming): Answer => {
    if (API_ROOTS.has(incoming.params.bucket ?? "")) {
      throw new GoogleError(404, "notFound", "The requested URL was not found on this server.");
    }
    const object = store.object(
      incoming.caller,
      "storage.objects.get",
      incoming.params,
      incoming.query.get("generation"),
    );
    checkPreconditions(readPreconditions(incoming.query), object);
    return download(store, object, incoming);
  };
  return [
    route({
      method: "GET",
      path: "/download/storage/v1/b/{bucket}/o/{object}",
      query,
      anonymous: true,
      handle,
    }),
    route({ method: "GET", path: "/{bucket}/{object...}", query, anonymous: true, handle }),
    route({ method: "HEAD", path: "/{bucket}/{object...}", query, anonymous: true, handle }),
  ];
}

function download(store: ObjectStore, object: StoredObject, { headers }: Pick<Incoming, "headers">): Answer {
  const { size } = object;
  const sent: Record<string, string> = {
    "Content-Type": object.contentType ?? "application/octet-stream",
    "Accept-Ranges": "bytes",
    ETag: objectEtag(object),
    "X-Goog-Hash": `crc32c=${object.crc32c},md5=${object.md5Hash}`,
    "X-Goog-Generation": object.generation,
    "X-Goog-Metageneration": String(object.metageneration),
    "X-Goog-Storage-Class": object.storageClass,
    "X-Goog-Stored-Content-Length": String(size),
    "X-Goog-Stored-Content-Encoding": object.contentEncoding ?? "identity",
  };
  for (const [key, value] of Object.entries(object.metadata ?? {}))
    sent[`X-Goog-Meta-${key}`] = encodeURI(value);
  if (object.contentEncoding !== undefined) sent["Content-Encoding"] = object.contentEncoding;
  const range = parseRange(headers.range, size);
  if (range === "unsatisfiable") {
    throw new GoogleError(416, "requestedRangeNotSatisfiable", "Request range not satisfiable", {
      headers: { "Content-Range": `bytes */${size}` },
    });
  }
  const [start, end] = range ?? [0, size];
  sent["Content-Length"] = String(end - start);
  if (range) sent["Content-Range"] = `bytes ${start}-${end - 1}/${size}`;
  const stream =
    end > start ? fs.createReadStream(store.file(object), { start, end: end - 1 }) : Readable.from([]);
  return { status: range ? 206 : 200, headers: sent, stream };
}

/** One `Range` of bytes as [start, end); none, or an invalid one, means everything. */
export function parseRange(
  header: string | undefined,
  size: number,
): [number, number] | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, first = "", last = ""] = match;
  // The last 0 bytes are empty: https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
  if (first === "")
    return size === 0 || Number(last) === 0 ? "unsatisfiable" : [Math.max(0, size - Number(last)), size];
  const start = Number(first);
  if (start >= size || (last !== "" && Number(last) < start)) return "unsatisfiable";
  return [start, last === "" ? size : Math.min(size, Number(last) + 1)];
}

/** One page of a list, prefixes counted as entries. https://cloud.google.com/storage/docs/json_api/v1/objects/list */
function listObjects(objects: StoredObject[], query: URLSearchParams) {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const startOffset = query.get("startOffset") ?? "";
  const endOffset = query.get("endOffset") ?? "";
  const trailing = query.get("includeTrailingDelimiter") === "true";
  const glob = query.get("matchGlob");
  const matching = glob === null ? undefined : globPattern(glob);
  const after = afterPageToken(query);
  const limit = pageSize(query);
  const items: StoredObject[] = [];
  const prefixes: string[] = [];
  let last = "";
  const byName = (a: StoredObject, b: StoredObject) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
  for (const object of objects.sort(byName)) {
    const { name } = object;
    if (!name.startsWith(prefix) || name < startOffset || (endOffset !== "" && name >= endOffset)) continue;
    if (matching && !matching.test(name)) continue;
    const cut = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
    const group = cut < 0 ? undefined : name.slice(0, cut + delimiter.length);
    const entry = group ?? name;
    const known = group !== undefined && prefixes.at(-1) === group;
    if (after !== "" && (entry <= after || name <= after)) continue;
    if (!known && items.length + prefixes.length >= limit) {
      return { items, prefixes, nextPageToken: pageToken(last) };
    }
    if (group === undefined) items.push(object);
    else {
      if (!known) prefixes.push(group);
      if (trailing && name === group) items.push(object);
    }
    last = entry;
  }
  return { items, prefixes, nextPageToken: undefined };
}
