import { GoogleError, invalid, notRehearsed, preconditionFailed } from "../errors";
import { route, routeWithBody, type Incoming, type Route } from "../http/route";
import type { Identities } from "../identities";
import {
  bindingProblem,
  BUCKET_PERMISSIONS,
  BUCKET_ROLES,
  isAllowed,
  normalizeBindings,
  type Policy,
} from "../permissions";
import { newEtag, policySchema } from "../compute/policy";
import { without } from "../omit";
import { storageTime } from "../time";
import { demand, denied } from "./access";
import { applyBucketRequest, bucketPlace, bucketSchema, presentBucket, type Bucket } from "./bucket";
import { checkBucketName } from "./names";
import { checkPreconditions, type Preconditions } from "./object";
import type { ObjectStore } from "./object-store";
import { afterPageToken, pageToken } from "./page-token";
import type { ResumableUploads } from "./resumable";

const META_CONDITIONS = ["ifMetagenerationMatch", "ifMetagenerationNotMatch"] as const;

/** Buckets and their policies; `base` is the JSON API's path. */
export function bucketRoutes(
  base: string,
  store: ObjectStore,
  sessions: ResumableUploads,
  identities: Identities,
): readonly Route[] {
  const one = `${base}/b/{bucket}`;
  const get = (incoming: Incoming<unknown>, permission: string): Bucket => {
    const bucket = store.bucket(incoming.caller, incoming.params.bucket ?? "", permission);
    const conditions: Preconditions = {};
    for (const name of META_CONDITIONS) conditions[name] = incoming.query.get(name) ?? undefined;
    checkPreconditions(conditions, { generation: bucket.generation, metageneration: bucket.metageneration });
    return bucket;
  };
  const own = ({ caller, query }: Incoming<unknown>, permission: string) => {
    const project = query.get("project");
    if (project === null || project === "")
      throw new GoogleError(400, "required", "Required parameter: project");
    const owner = identities.ownerOf(project);
    if (!caller || !owner) throw denied(caller, permission);
    demand(caller, permission, { project: owner.project, policy: { version: 1, etag: "", bindings: [] } });
    return owner;
  };

  return [
    route({
      method: "GET",
      path: `${base}/b`,
      query: ["project", "maxResults", "pageToken", "prefix", "projection"],
      anonymous: true,
      handle(incoming) {
        const { project } = own(incoming, "storage.buckets.list");
        const prefix = incoming.query.get("prefix") ?? "";
        const found = [...store.buckets.values()].filter(
          (bucket) => bucket.project === project && bucket.name.startsWith(prefix),
        );
        found.sort((a, b) => (a.name < b.name ? -1 : 1));
        const after = afterPageToken(incoming.query);
        const rest = found.filter(({ name }) => name > after);
        const count = pageSize(incoming.query);
        const items = rest.slice(0, count).map((bucket) => presentBucket(bucket, incoming.origin));
        const next = rest.length > count ? pageToken(items.at(-1)?.name ?? "") : undefined;
        return {
          json: { kind: "storage#buckets", nextPageToken: next, items: items.length > 0 ? items : undefined },
        };
      },
    }),
    routeWithBody({
      method: "POST",
      path: `${base}/b`,
      query: [
        "project",
        "projection",
        "predefinedAcl",
        "predefinedDefaultObjectAcl",
        "enableObjectRetention",
      ],
      body: bucketSchema,
      handle(incoming) {
        const owner = own(incoming, "storage.buckets.create");
        const { query, body, origin } = incoming;
        for (const name of ["predefinedAcl", "predefinedDefaultObjectAcl"]) {
          if (query.has(name)) throw notRehearsed(`${name} of a bucket`);
        }
        if (query.get("enableObjectRetention") === "true") throw notRehearsed("object retention");
        const name = body.name ?? "";
        checkBucketName(name);
        const settings = { ...applyBucketRequest(body), ...bucketPlace(body.location) };
        const taken = store.buckets.get(name);
        if (taken) throw conflict(taken.project === owner.project);
        const now = storageTime();
        const bucket: Bucket = {
          name,
          project: owner.project,
          projectNumber: owner.projectNumber,
          ...settings,
          generation: store.nextGeneration(),
          metageneration: 1,
          timeCreated: now,
          updated: now,
          policy: {
            version: 1,
            etag: newEtag(),
            bindings: legacyBindings(owner.project, settings.uniformBucketLevelAccess),
          },
        };
        store.buckets.set(name, bucket);
        return { json: presentBucket(bucket, origin) };
      },
    }),
    route({
      method: "GET",
      path: one,
      query: ["projection", ...META_CONDITIONS],
      anonymous: true,
      handle(incoming) {
        const json = presentBucket(get(incoming, "storage.buckets.get"), incoming.origin);
        return { json, headers: { ETag: json.etag } };
      },
    }),
    routeWithBody({
      method: "PATCH",
      path: one,
      query: ["projection", "predefinedAcl", "predefinedDefaultObjectAcl", ...META_CONDITIONS],
      body: bucketSchema,
      handle(incoming) {
        const before = get(incoming, "storage.buckets.update");
        const { name, location } = incoming.body;
        if (name !== undefined && name !== before.name)
          throw invalid("The name of a bucket cannot be changed.");
        if (location !== undefined && location.toUpperCase() !== before.location)
          throw invalid("The location of a bucket cannot be changed.");
        const after: Bucket = {
          ...without(before, "lifecycle", "retentionPolicy"),
          ...applyBucketRequest(incoming.body, before),
          metageneration: before.metageneration + 1,
          updated: storageTime(),
        };
        store.buckets.set(before.name, after);
        return { json: presentBucket(after, incoming.origin) };
      },
    }),
    route({
      method: "DELETE",
      path: one,
      query: META_CONDITIONS,
      anonymous: true,
      handle(incoming) {
        const bucket = get(incoming, "storage.buckets.delete");
        if (store.list(bucket.name).length > 0) {
          throw new GoogleError(409, "conflict", "The bucket you tried to delete is not empty.");
        }
        sessions.forgetBucket(bucket.name);
        store.buckets.delete(bucket.name);
        return { status: 204 };
      },
    }),
    route({
      method: "GET",
      path: `${one}/iam`,
      query: ["optionsRequestedPolicyVersion"],
      anonymous: true,
      handle: (incoming) => ({ json: presentPolicy(get(incoming, "storage.buckets.getIamPolicy")) }),
    }),
    routeWithBody({
      method: "PUT",
      path: `${one}/iam`,
      body: policySchema,
      handle(incoming) {
        const bucket = get(incoming, "storage.buckets.setIamPolicy");
        const { etag, bindings = [], auditConfigs } = incoming.body;
        if (auditConfigs?.length || bindings.some(({ condition }) => condition))
          throw notRehearsed("conditions and audit in a bucket's policy");
        if (etag !== undefined && etag !== bucket.policy.etag) throw preconditionFailed();
        const problem = bindingProblem(bindings, BUCKET_ROLES);
        if (problem !== undefined) throw invalid(problem);
        const isPublic = bindings.some(({ members }) =>
          members.some((member) => /^all(Users|AuthenticatedUsers)$/.test(member)),
        );
        if (isPublic && bucket.publicAccessPrevention === "enforced") {
          throw new GoogleError(
            412,
            "conditionNotMet",
            "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
          );
        }
        const policy: Policy = { version: 1, etag: newEtag(), bindings: normalizeBindings(bindings) };
        const after = { ...bucket, policy };
        store.buckets.set(bucket.name, after);
        return { json: presentPolicy(after) };
      },
    }),
    route({
      method: "GET",
      path: `${one}/iam/testPermissions`,
      query: ["permissions"],
      anonymous: true,
      handle({ caller, params, query }) {
        const bucket = store.buckets.get(params.bucket ?? "");
        if (!bucket) throw new GoogleError(404, "notFound", "The specified bucket does not exist.");
        const asked = query.getAll("permissions");
        const unknown = asked.find((permission) => !BUCKET_PERMISSIONS.has(permission));
        if (unknown !== undefined) throw invalid(`Invalid permission: ${unknown}`);
        const permissions = asked.filter((permission) => isAllowed(caller, permission, bucket, BUCKET_ROLES));
        return { json: { kind: "storage#testIamPermissionsResponse", permissions } };
      },
    }),
  ];
}

/** `maxResults` of a list in Cloud Storage: at most 1,000. */
export function pageSize(query: URLSearchParams): number {
  const text = query.get("maxResults");
  if (text === null) return 1000;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count === 0) throw invalid(`Invalid value for maxResults: ${text}`);
  return Math.min(count, 1000);
}

function presentPolicy({ name, policy }: Bucket): object {
  return { kind: "storage#policy", resourceId: `projects/_/buckets/${name}`, ...policy };
}

function conflict(own: boolean): GoogleError {
  return new GoogleError(
    409,
    "conflict",
    own
      ? "Your previous request to create the named bucket succeeded and you already own it."
      : "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
  );
}

/** Bindings of every new bucket. https://cloud.google.com/storage/docs/access-control/iam#convenience-values */
function legacyBindings(project: string, uniform: boolean): Policy["bindings"] {
  const owners = [`projectEditor:${project}`, `projectOwner:${project}`];
  const bindings = [
    { role: "roles/storage.legacyBucketOwner", members: owners },
    { role: "roles/storage.legacyBucketReader", members: [`projectViewer:${project}`] },
  ];
  if (!uniform) return bindings;
  return [
    ...bindings,
    { role: "roles/storage.legacyObjectOwner", members: owners },
    { role: "roles/storage.legacyObjectReader", members: [`projectViewer:${project}`] },
  ];
}
