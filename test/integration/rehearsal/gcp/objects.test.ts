import { createHash } from "node:crypto";
import { globPattern } from "../../../../rehearsal/gcp/storage/glob";
import { StandIn } from "./stand-in";

let world: StandIn;
beforeAll(async () => {
  world = await StandIn.start();
  await world.bucket("here");
  await world.bucket("there");
});
beforeEach(() => world.upload("here", "disk.tar.gz", Buffer.from("the archive")));
afterAll(() => world.end());

const here = (rest = "") => `/storage/v1/b/here${rest}`;
const disk = (rest = "") => here(`/o/disk.tar.gz${rest}`);
const text = async (where: string) => (await world.fetch("GET", `${where}?alt=media`)).text();

test("PUT gives all metadata of an object anew, PATCH only what it names", async () => {
  const { body } = await world.ask("PATCH", disk(), { metadata: { a: "1" }, cacheControl: "no-store" });
  const patched = await world.ask("PATCH", disk(), { metadata: { b: "2" } });
  expect(patched.body).toMatchObject({ metadata: { a: "1", b: "2" }, cacheControl: "no-store" });
  const put = await world.ask("PUT", disk(), { contentType: "application/gzip", metadata: { c: "3" } });
  expect(put.body).toMatchObject({
    contentType: "application/gzip",
    metadata: { c: "3" },
    generation: body.generation as string,
  });
  expect(put.body.cacheControl).toBeUndefined();
  expect(await text(disk())).toBe("the archive");
});

test.each([
  { how: "copyTo", resource: (body: object) => body },
  { how: "rewriteTo", resource: (body: object) => (body as { resource: object }).resource },
])("$how copies an object and what it says of itself to another bucket", async ({ how, resource }) => {
  await world.ask("PATCH", disk(), { metadata: { release: "20261120.0" } });
  const { body: source } = await world.ask("GET", disk());
  const { status, body } = await world.ask("POST", disk(`/${how}/b/there/o/new%2Fdisk.tar.gz`));
  expect(status).toBe(200);
  expect(resource(body)).toMatchObject({
    bucket: "there",
    name: "new/disk.tar.gz",
    crc32c: source.crc32c as string,
    metadata: { release: "20261120.0" },
  });
  if (how === "rewriteTo") expect(body).toMatchObject({ done: true, totalBytesRewritten: "11" });
  const copied = "/storage/v1/b/there/o/new%2Fdisk.tar.gz";
  expect(await text(copied)).toBe("the archive");

  const given = await world.ask("POST", disk(`/${how}/b/there/o/given`), { contentType: "text/plain" });
  expect(resource(given.body)).toMatchObject({ contentType: "text/plain" });
  expect(resource(given.body)).not.toHaveProperty("metadata");
});

test.each([
  { what: "a source that is gone", path: "/o/none/copyTo/b/there/o/x", status: 404 },
  { what: "a bucket that is not there", path: "/o/disk.tar.gz/copyTo/b/nowhere/o/x", status: 404 },
  {
    what: "another source",
    path: "/o/disk.tar.gz/copyTo/b/there/o/x?ifSourceGenerationMatch=1",
    status: 412,
  },
  {
    what: "a target that must exist",
    path: "/o/disk.tar.gz/copyTo/b/there/o/x?ifGenerationMatch=1",
    status: 412,
  },
  {
    what: "the token of nothing",
    path: "/o/disk.tar.gz/rewriteTo/b/there/o/x?rewriteToken=abc",
    status: 400,
  },
  {
    what: "an ACL",
    path: "/o/disk.tar.gz/copyTo/b/there/o/x?destinationPredefinedAcl=publicRead",
    status: 501,
  },
])("no copy is made of $what", async ({ path, status }) => {
  expect((await world.ask("POST", here(path), {})).status).toBe(status);
  expect((await world.ask("GET", "/storage/v1/b/there/o/x")).status).toBe(404);
});

test("a stranger cannot copy what is not his to read, nor into a bucket that is not his", async () => {
  const token = world.environment.STRANGER_GCP_TOKEN ?? "";
  const answer = await world.fetch("POST", disk("/copyTo/b/here/o/mine"), { token });
  expect(answer.status).toBe(403);
});

test.each([
  ["POST", "/storage/v1/b/here/o/whole/compose?ifGenerationMatch=0", "storage.objects.compose"],
  ["POST", "/storage/v1/b/here/o/disk.tar.gz/moveTo/o/other", "storage.objects.move"],
  ["GET", "/storage/v1/b/here/o/disk.tar.gz/acl", "storage.objectAccessControls.list"],
  ["POST", "/b/here/o/disk.tar.gz/acl", "storage.objectAccessControls.insert"],
  ["DELETE", "/storage/v1/b/here/acl/allUsers", "storage.bucketAccessControls.delete"],
  ["GET", "/storage/v1/b/here/defaultObjectAcl", "storage.defaultObjectAccessControls.list"],
  ["PUT", "/storage/v1/b/here?projection=full", "storage.buckets.update"],
  ["POST", "/storage/v1/b/here/notificationConfigs", "storage.notifications.insert"],
  ["POST", "/batch/storage/v1", "a batch of requests"],
  ["GET", "/storage/v1/b/here/o?matchGlob=*&delimiter=/", "matchGlob with a delimiter"],
  ["GET", "/compute/v1/projects/p/zones/europe-west1-b/disks/x", "compute.disks"],
  ["GET", "/compute/v1/projects/p/aggregated/instances?includeAllScopes=true", "compute.instances"],
])("%s %s is a 501 with its name, not a missing object", async (method, where, name) => {
  const answer = await world.fetch(method, where, method === "GET" ? {} : { body: "--batch\n" });
  expect(answer.status).toBe(501);
  expect(await answer.json()).toMatchObject({
    error: { message: `${name} is not part of the rehearsed Google Cloud` },
  });
});

test.each<[string, string[], string[]]>([
  ["*.gz", ["a.gz", ".gz"], ["a/b.gz", "a.gzip"]],
  ["**.gz", ["a.gz", "a/b.gz"], ["a.gzip"]],
  ["d?/[a-c].{raw,vhd}", ["d1/a.raw", "d1/c.vhd"], ["d//a.raw", "d1/d.raw", "d1/a.tar"]],
  ["[!a]*", ["b"], ["a", "/b"]],
  ["a.b(c)|d$", ["a.b(c)|d$"], ["aXb(c)|d$"]],
])("the glob %j finds what it says", (glob, fitting, others) => {
  const pattern = globPattern(glob);
  expect([...fitting, ...others].filter((name) => pattern.test(name))).toEqual(fitting);
});

test("a list knows globs and folders, and refuses what is no glob and no page of its own", async () => {
  await world.upload("here", "folder/disk.tar.gz", Buffer.from("x"));
  const names = async (query: string) => {
    const { body } = await world.ask("GET", here(`/o?${query}`));
    return [
      ...((body.items ?? []) as { name: string }[]).map(({ name }) => name),
      ...((body.prefixes ?? []) as string[]),
    ];
  };
  expect(await names("matchGlob=*.gz")).toEqual(["disk.tar.gz"]);
  expect(await names("matchGlob=**.gz")).toEqual(["disk.tar.gz", "folder/disk.tar.gz"]);
  expect(await names("includeFoldersAsPrefixes=true&delimiter=/")).toEqual(["disk.tar.gz", "folder/"]);
  const { body: first } = await world.ask("GET", here("/o?maxResults=1"));
  expect(await names(`maxResults=1&pageToken=${first.nextPageToken}`)).toEqual(["folder/disk.tar.gz"]);
  for (const query of [
    "matchGlob=%7Ba",
    "matchGlob=%5Bz-a%5D",
    "includeFoldersAsPrefixes=true",
    "pageToken=bogu",
  ])
    expect([query, (await world.ask("GET", here(`/o?${query}`))).status]).toEqual([query, 400]);
  expect((await world.ask("GET", `/storage/v1/b?project=${world.project}&pageToken=bogu`)).status).toBe(400);
});

test("what is deleted is kept for 7 days and counted, unless the bucket says otherwise", async () => {
  const kept = async () => {
    const { body } = await world.ask("GET", here("/o?softDeleted=true"));
    return ((body.items ?? []) as { name: string; hardDeleteTime: string; softDeleteTime: string }[]).filter(
      ({ name }) => name === "disk.tar.gz",
    );
  };
  const before = (await kept()).length;
  await world.ask("DELETE", disk());
  const [last] = (await kept()).slice(before);
  const days = (Date.parse(last!.hardDeleteTime) - Date.parse(last!.softDeleteTime)) / 86_400_000;
  expect(Math.round(days)).toBe(7);
  await world.ask("PATCH", here(), { softDeletePolicy: { retentionDurationSeconds: 0 } });
  await world.upload("here", "disk.tar.gz", Buffer.from("the archive"));
  await world.ask("DELETE", disk());
  expect(await kept()).toHaveLength(before + 1);
});

test("a range of the last 0 bytes cannot be given", async () => {
  const ranged = async (range: string) =>
    (await world.fetch("GET", disk("?alt=media"), { headers: { range } })).status;
  expect([await ranged("bytes=-1"), await ranged("bytes=-0")]).toEqual([206, 416]);
});

test("an upload's Content-MD5 is compared", async () => {
  const md5 = (text: string) => createHash("md5").update(text).digest("base64");
  const put = (text: string) =>
    world.fetch("POST", "/upload/storage/v1/b/here/o?uploadType=media&name=summed", {
      body: "bytes",
      headers: { "content-md5": md5(text) },
    });
  expect((await put("other bytes")).status).toBe(400);
  expect((await put("bytes")).status).toBe(200);
});

test("operations of all scopes are the global ones; nobody may do anything with an image that is not there", async () => {
  const where = `/compute/v1/projects/${world.project}/aggregated/operations`;
  const { body: none } = await world.ask("GET", where);
  expect(none).toMatchObject({ items: { global: { warning: { code: "NO_RESULTS_ON_PAGE" } } } });
  const source = "https://storage.googleapis.com/here/disk.tar.gz";
  const { name } = await world.operate("POST", world.images(), { name: "bad", rawDisk: { source } });
  const { body } = await world.ask("GET", where);
  expect(body).toMatchObject({
    kind: "compute#operationAggregatedList",
    items: { global: { operations: [{ name: name as string }] } },
  });
  const permissions = ["compute.images.get"];
  const tested = await world.ask("POST", world.images("/none/testIamPermissions"), { permissions });
  expect(tested).toEqual({ status: 200, body: {} });
});
