import { type Json, makeArchive, StandIn } from "../integration/rehearsal/gcp/stand-in";
import type { Played } from "./exchange";
import { RECORDED } from "./recorded";
import { compareAll, type Plays, playAll } from "./stand-in";

const BUCKET = "contract-archives";
/** Another project's. */
const OTHERS = "contract-others";

let gcp: StandIn;
let played: Plays;

async function ask(
  method: string,
  where: string,
  json?: object,
  more: { headers?: Record<string, string>; body?: Uint8Array } = {},
): Promise<Played> {
  const answer = await gcp.fetch(method, where, {
    ...more,
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
}

/** Follows an operation to its end. */
async function ended(begun: Played): Promise<Json> {
  const { name } = begun.body as Json;
  const wait = `/compute/v1/projects/${gcp.project}/global/operations/${String(name)}/wait`;
  return (await ask("POST", wait)).body as Json;
}

async function play(): Promise<Plays> {
  const made = makeArchive([0]);
  try {
    await gcp.bucket(BUCKET);
    await gcp.bucket("contract-empty");
    const { STRANGER_GCP_TOKEN: token, STRANGER_GCP_PROJECT: project } = gcp.environment;
    const others = JSON.stringify({ name: OTHERS });
    await gcp.fetch("POST", `/storage/v1/b?project=${project}`, { token, body: others });
    await gcp.upload(BUCKET, "disk.tar.gz", made.archive);
    await gcp.upload(BUCKET, "none.tar.gz", Buffer.from("no archive"));
    const insert = (name: string, object: string) =>
      ask("POST", gcp.images(), {
        name,
        rawDisk: { source: `https://storage.googleapis.com/${BUCKET}/${object}` },
        guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }],
      });
    const operations: Record<string, string> = {};
    let session = "";
    const steps: Record<string, () => Promise<Played>> = {
      "images/insert": async () => {
        const answer = await insert("image-1", "disk.tar.gz");
        const begun = answer.body as Json;
        operations.insert = String(begun.name);
        const end = await ended(answer);
        return {
          ...answer,
          states: [String(begun.status).replace("PENDING", "RUNNING"), String(end.status)],
        };
      },
      "operations/get": () =>
        ask("GET", `/compute/v1/projects/${gcp.project}/global/operations/${operations.insert ?? ""}`),
      "images/insert/no-archive": async () => {
        const answer = await insert("image-2", "none.tar.gz");
        return { ...answer, body: await ended(answer) };
      },
      "images/get": () => ask("GET", gcp.images("/image-1")),
      "images/get/gone": () => ask("GET", gcp.images("/image-2")),
      "projects/get": () => ask("GET", `/compute/v1/projects/${gcp.project}`),
      "licenses/get": () => ask("GET", "/compute/v1/projects/vm-options/global/licenses/enable-vmx"),
      "images/list": () => ask("GET", gcp.images()),
      "images/family": async () => {
        await ended(await ask("PATCH", gcp.images("/image-1"), { family: "line" }));
        return ask("GET", gcp.images("/family/line"));
      },
      "images/family/none": () => ask("GET", gcp.images("/family/there-is-none")),
      "images/deprecate": async () => {
        const answer = await ask("POST", gcp.images("/image-1/deprecate"), { state: "DEPRECATED" });
        await ended(answer);
        return answer;
      },
      "regions/list": () => ask("GET", `/compute/v1/projects/${gcp.project}/regions`),
      "images/set-labels": async () => {
        const { labelFingerprint } = (await ask("GET", gcp.images("/image-1"))).body as Json;
        const labels = { labels: { env: "dev" }, labelFingerprint: String(labelFingerprint) };
        const answer = await ask("POST", gcp.images("/image-1/setLabels"), labels);
        await ended(answer);
        return answer;
      },
      "images/iam": async () => {
        const bindings = [{ role: "roles/compute.imageUser", members: ["allAuthenticatedUsers"] }];
        await ask("POST", gcp.images("/image-1/setIamPolicy"), { policy: { version: 1, bindings } });
        return ask("GET", gcp.images("/image-1/getIamPolicy"));
      },
      "images/delete": () => ask("DELETE", gcp.images("/image-1")),
      "buckets/get": () => ask("GET", `/storage/v1/b/${BUCKET}`),
      "buckets/get/gone": () => ask("GET", "/storage/v1/b/there-is-no-such-bucket"),
      "buckets/get/others": () => ask("GET", `/storage/v1/b/${OTHERS}`),
      "buckets/insert/others": () => ask("POST", `/storage/v1/b?project=${gcp.project}`, { name: OTHERS }),
      "buckets/insert/own": () => ask("POST", `/storage/v1/b?project=${gcp.project}`, { name: BUCKET }),
      "buckets/permissions": () =>
        ask("GET", `/storage/v1/b/${BUCKET}/iam/testPermissions?permissions=storage.buckets.get`),
      "buckets/patch": () =>
        ask("PATCH", `/storage/v1/b/${BUCKET}?fields=iamConfiguration`, { labels: { env: "dev" } }),
      "buckets/insert": () =>
        ask("POST", `/storage/v1/b?project=${gcp.project}`, { name: "contract-made", location: "US" }),
      "objects/list": () => ask("GET", `/storage/v1/b/${BUCKET}/o`),
      "objects/patch": () =>
        ask("PATCH", `/storage/v1/b/${BUCKET}/o/disk.tar.gz?fields=metadata`, { metadata: { foo: "blah" } }),
      "objects/delete": async () => {
        await gcp.upload(BUCKET, "gone", Buffer.from("x"));
        return ask("DELETE", `/storage/v1/b/${BUCKET}/o/gone`);
      },
      "objects/delete/gone": () => ask("DELETE", `/storage/v1/b/${BUCKET}/o/gone`),
      "objects/list/deleted": async () => {
        await gcp.upload(BUCKET, "deleted", Buffer.from("x"));
        await ask("DELETE", `/storage/v1/b/${BUCKET}/o/deleted`);
        return ask("GET", `/storage/v1/b/${BUCKET}/o?softDeleted=true`);
      },
      "buckets/delete": () => ask("DELETE", "/storage/v1/b/contract-empty"),
      "projects/permissions/unknown": () =>
        ask("POST", `/v1/projects/${gcp.project}:testIamPermissions`, {
          permissions: ["compute.images.fly"],
        }),
      "resumable/chunk": async () => {
        const begin = `/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=chunks`;
        const { headers = {} } = await ask("POST", begin, {});
        const body = Buffer.alloc(256 * 1024);
        const range = { "content-range": `bytes 0-${body.length - 1}/*` };
        return ask("PUT", headers.location ?? "", undefined, { body, headers: range });
      },
      "resumable/begin": async () => {
        const answer = await ask(
          "POST",
          `/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable&name=begun`,
          {},
        );
        session = answer.headers?.location ?? "";
        return answer;
      },
      "resumable/status": async () => {
        const body = Buffer.alloc(256 * 1024);
        await ask("PUT", session, undefined, {
          body,
          headers: { "content-range": `bytes 0-${body.length - 1}/*` },
        });
        return ask("PUT", session, undefined, { headers: { "content-range": "bytes */*" } });
      },
      "resumable/cancel": () => ask("DELETE", session),
    };
    return await playAll(steps);
  } finally {
    made.remove();
  }
}

beforeAll(async () => {
  gcp = await StandIn.start();
  played = await play();
}, 60_000);
afterAll(() => gcp.end());

compareAll(RECORDED.gcp, () => played);
