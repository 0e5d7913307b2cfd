import { Storage, type Bucket } from "@google-cloud/storage";
import { StandIn } from "./stand-in";

// The client's own copy of the sign-in library: the top-level one is a version whose headers the client cannot read.
/* eslint-disable @typescript-eslint/no-require-imports */
const { OAuth2Client } = require(
  require.resolve("google-auth-library", { paths: [require.resolve("@google-cloud/storage")] }),
) as { OAuth2Client: new () => { setCredentials(credentials: object): void } };
/* eslint-enable */

let world: StandIn;
beforeEach(async () => {
  world = await StandIn.start();
});
afterEach(() => world.end());

function client(token = world.environment.ADMINISTRATOR_GCP_TOKEN): Storage {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token });
  return new Storage({
    projectId: world.project,
    authClient: authClient as never,
    apiEndpoint: world.endpoint,
    useAuthWithCustomEndpoint: true,
  });
}

/**
 * A resumable upload: the session is opened first, because `createWriteStream` alone does not sign in at a custom
 * endpoint.
 */
async function upload(bucket: Bucket, name: string, data: Buffer, options: object = {}): Promise<void> {
  const file = bucket.file(name);
  const [uri] = await file.createResumableUpload();
  await new Promise<void>((resolve, reject) => {
    file
      .createWriteStream({ uri, resumable: true, validation: "crc32c", ...options })
      .on("error", reject)
      .on("finish", resolve)
      .end(data);
  });
}

test("Google's Node client makes a bucket, uploads, lists, downloads, deletes", async () => {
  const [bucket] = await client().createBucket("node-client", { location: "EU" });
  const data = Buffer.alloc(3_000_000, "imprimatur");
  await upload(bucket, "whole", data);
  await upload(bucket, "chunked", data, { chunkSize: 1024 * 1024 });
  await bucket.file("simple").save(data, { resumable: false, validation: "md5" });
  for (const name of ["whole", "chunked", "simple"])
    expect((await bucket.file(name).download())[0].equals(data)).toBe(true);
  expect((await bucket.getFiles())[0].map(({ name }) => name)).toEqual(["chunked", "simple", "whole"]);
  await expect(bucket.delete()).rejects.toMatchObject({
    code: 409,
    message: "The bucket you tried to delete is not empty.",
  });
  await bucket.deleteFiles();
  await bucket.delete();
  expect(await world.cloud.inventory()).toEqual([]);
});

test("the client copies and renames, and is told by name what is not rehearsed", async () => {
  const [bucket] = await client().createBucket("node-copies");
  const [other] = await client().createBucket("node-copies-too");
  await bucket.file("old").save("content", { resumable: false, metadata: { metadata: { release: "1" } } });
  await bucket.file("old").move("new");
  await bucket.file("new").copy(other.file("copy"));
  expect((await other.file("copy").download())[0].toString()).toBe("content");
  expect((await other.file("copy").getMetadata())[0].metadata).toEqual({ release: "1" });
  expect((await bucket.getFiles())[0].map(({ name }) => name)).toEqual(["new"]);
  await expect(bucket.file("new").makePublic()).rejects.toMatchObject({
    code: 501,
    message: expect.stringContaining("storage.objectAccessControls.insert") as string,
  });
});

test("the client goes on after its connection broke in the middle of an upload", async () => {
  const [bucket] = await client().createBucket("node-broken");
  await world.cloud.fault?.({ kind: "cut", method: "PUT", path: "/upload/", afterBytes: 1_500_000 });
  const data = Buffer.alloc(5_000_000, "goes on");
  await upload(bucket, "broken", data, { chunkSize: 2 * 1024 * 1024 });
  expect((await bucket.file("broken").download())[0].equals(data)).toBe(true);
});

test("a stranger and a nobody see nothing", async () => {
  const [bucket] = await client().createBucket("node-private");
  await bucket.file("secret").save("secret", { resumable: false });
  const stranger = client(world.environment.STRANGER_GCP_TOKEN).bucket("node-private");
  await expect(stranger.file("secret").getMetadata()).rejects.toMatchObject({ code: 403 });
  await expect(stranger.getFiles()).rejects.toMatchObject({ code: 403 });
  const anonymous = await world.fetch("GET", "/storage/v1/b/node-private/o/secret", { token: "" });
  expect(anonymous.status).toBe(401);
});

test("an interrupted upload goes on after a restart, from the last 256 KiB that arrived", async () => {
  await world.bucket("survivor");
  const opened = await world.fetch("POST", "/upload/storage/v1/b/survivor/o?uploadType=resumable&name=big", {
    headers: { "x-upload-content-length": "1000000" },
  });
  const session = opened.headers.get("location") ?? "";
  const data = Buffer.alloc(1_000_000, "abc");
  const put = (bytes: Buffer, range: string) =>
    world.fetch("PUT", session, { token: "", body: bytes, headers: { "content-range": range } });
  const first = await put(data.subarray(0, 600_000), "bytes 0-599999/1000000");
  expect([first.status, first.headers.get("range")]).toEqual([308, "bytes=0-524287"]);
  await world.restart();
  const asked = await put(Buffer.alloc(0), "bytes */1000000");
  expect([asked.status, asked.headers.get("range")]).toEqual([308, "bytes=0-524287"]);
  const last = await put(data.subarray(524_288), "bytes 524288-999999/1000000");
  expect(last.status).toBe(200);
  const down = await world.fetch("GET", "/storage/v1/b/survivor/o/big?alt=media");
  expect(Buffer.from(await down.arrayBuffer()).equals(data)).toBe(true);
});

test.each([
  ["a wrong total", "bytes 0-299999/300001", 400],
  ["a backwards range", "bytes 9-1/300000", 400],
  ["nonsense", "pages 1-2", 400],
  ["a gap", "bytes 262144-562143/600000", 503],
])("a chunk with %s is refused", async (_what, range, status) => {
  await world.bucket("refusals");
  const opened = await world.fetch("POST", "/upload/storage/v1/b/refusals/o?uploadType=resumable&name=x", {
    headers: { "x-upload-content-length": range.includes("600000") ? "600000" : "300000" },
  });
  const answer = await world.fetch("PUT", opened.headers.get("location") ?? "", {
    body: Buffer.alloc(300_000),
    headers: { "content-range": range },
  });
  expect(answer.status).toBe(status);
});

test("requests that come too fast, and requests that nobody knows, are answered as Google does", async () => {
  await world.bucket("limits");
  await world.cloud.fault?.({ kind: "error", code: 429, path: "/b/limits" });
  const limited = await world.ask("GET", "/storage/v1/b/limits");
  expect(limited).toMatchObject({
    status: 429,
    body: { error: { errors: [{ reason: "rateLimitExceeded" }] } },
  });
  expect((await world.ask("GET", "/storage/v1/b/limits")).status).toBe(200);
  expect((await world.ask("GET", "/storage/v1/b/limits/secrets")).status).toBe(404);
  expect((await world.ask("GET", "/storage/v1/b/limits?colour=red")).status).toBe(400);
  const versioned = await world.ask("POST", `/storage/v1/b?project=${world.project}`, {
    name: "versioned",
    versioning: { enabled: true },
  });
  expect(versioned.status).toBe(501);
  await expect(world.cloud.fault?.({ kind: "earthquake" })).rejects.toThrow(
    "there are throttle, error, expired",
  );
});
