import { ImagesClient } from "@google-cloud/compute";
import { GoogleAuth, OAuth2Client } from "google-auth-library";
import fs from "node:fs";
import { GIB } from "../../../../facts/units";
import { makeArchive, StandIn } from "./stand-in";

let world: StandIn;
let made: ReturnType<typeof makeArchive>;
beforeAll(() => {
  // More runs of data than fit in one header and one extension of the sparse map.
  made = makeArchive(
    Array.from({ length: 60 }, (_unused, index) => index * 17 * 1024 * 1024 + 4096 * (index % 3)),
  );
});
afterAll(() => made.remove());
beforeEach(async () => {
  world = await StandIn.start();
  await world.bucket("archives");
  await world.upload("archives", "disk.tar.gz", made.archive);
});
afterEach(() => world.end());

function images(token = world.environment.ADMINISTRATOR_GCP_TOKEN): ImagesClient {
  const authClient = new OAuth2Client();
  // It would import its own `fetch` at run time, which a test's sandbox does not allow.
  authClient.transporter.defaults.fetchImplementation = fetch;
  authClient.setCredentials({ access_token: token });
  return new ImagesClient({
    apiEndpoint: "127.0.0.1",
    port: world.cloud.port,
    protocol: "http",
    auth: new GoogleAuth({ authClient, projectId: world.project }),
  } as never);
}

/** The stand-in's listing of an image: index and digest of each block that is not all zeros. */
async function blocksOf(image: string): Promise<unknown> {
  const { body } = await world.ask("GET", `/rehearsal/images/${world.project}/${image}/blocks`);
  return body.blocks;
}

test("Google's Node client sees an image that was made, and the right errors", async () => {
  expect(await world.importArchive("node-1", "archives", "disk.tar.gz")).toMatchObject({
    status: "DONE",
    progress: 100,
  });
  const [image] = await images().get({ project: world.project, image: "node-1" });
  expect(image).toMatchObject({ name: "node-1", status: "READY", diskSizeGb: "1", architecture: "X86_64" });
  await expect(images().get({ project: world.project, image: "node-2" })).rejects.toMatchObject({
    code: 404,
  });
  const stranger = images(world.environment.STRANGER_GCP_TOKEN);
  await expect(stranger.get({ project: world.project, image: "node-1" })).rejects.toMatchObject({
    code: 403,
  });
});

test("an archive with a long sparse map gives the disk's bytes, and only its data is kept", async () => {
  await world.importArchive("sparse", "archives", "disk.tar.gz");
  expect(await blocksOf("sparse")).toEqual(made.blocks);
  const [image] = (await world.cloud.inventory()).filter(({ kind }) => kind === "image");
  expect(image?.bytes).toBe(60 * 512 * 1024);
});

test("a part of an image can be read, by whoever may use it", async () => {
  await world.importArchive("part", "archives", "disk.tar.gz");
  const where = `/rehearsal/images/${world.project}/part/disk.raw`;
  const range = { range: `bytes=${17 * 1024 * 1024 + 4096 - 2}-${17 * 1024 * 1024 + 4096 + 1}` };
  const answer = await world.fetch("GET", where, { headers: range });
  expect([answer.status, answer.headers.get("content-range")]).toEqual([
    206,
    `bytes 17829886-17829889/${GIB}`,
  ]);
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 0, 2, 2]);
  const stranger = await world.fetch("GET", where, {
    token: world.environment.STRANGER_GCP_TOKEN ?? "",
    headers: range,
  });
  expect(stranger.status).toBe(403);
});

test("an image is pending until its archive is read, and fails when the archive goes meanwhile", async () => {
  await world.restart(0.2);
  const body = {
    name: "early",
    family: "f",
    rawDisk: { source: "https://storage.googleapis.com/archives/disk.tar.gz" },
  };
  const begun = await world.ask("POST", world.images(), body);
  expect(begun.body).toMatchObject({ status: "PENDING", progress: 0, operationType: "insert" });
  expect((await world.ask("GET", world.images("/early"))).body.status).toBe("PENDING");
  expect((await world.ask("GET", world.images("/family/f"))).status).toBe(404);
  await world.ask("DELETE", "/storage/v1/b/archives/o/disk.tar.gz");
  const where = `/compute/v1/projects/${world.project}/global/operations/${begun.body.name}`;
  const ended = await world.ask("POST", `${where}/wait`);
  expect(ended.body).toMatchObject({
    status: "DONE",
    httpErrorStatusCode: 404,
    error: { errors: [{ code: "RESOURCE_NOT_FOUND" }] },
  });
  expect((await world.ask("GET", world.images("/early"))).status).toBe(404);
});

test("what exists outlives a restart, and an operation goes on that a stop interrupted", async () => {
  await world.importArchive("first", "archives", "disk.tar.gz");
  await world.restart(1);
  const body = { name: "second", rawDisk: { source: "https://storage.googleapis.com/archives/disk.tar.gz" } };
  const begun = await world.ask("POST", world.images(), body);
  const before = world.environment;
  await world.restart();
  expect(world.environment).toEqual(before);
  const ended = await world.ask(
    "POST",
    `/compute/v1/projects/${world.project}/global/operations/${begun.body.name}/wait`,
  );
  expect(ended.body).toMatchObject({ status: "DONE" });
  expect(ended.body.error).toBeUndefined();
  expect(await blocksOf("second")).toEqual(made.blocks);
  await world.operate("DELETE", world.images("/first"));
  expect(await blocksOf("second")).toEqual(made.blocks);
});

test("a copy of an image costs no bytes and outlives the original", async () => {
  await world.importArchive("original", "archives", "disk.tar.gz");
  await world.operate("POST", world.images(), { name: "copy", sourceImage: "global/images/original" });
  await world.operate("DELETE", world.images("/original"));
  expect(await blocksOf("copy")).toEqual(made.blocks);
  await world.operate("DELETE", world.images("/copy"));
  const blocks = fs
    .readdirSync(`${world.directory}/blocks`)
    .flatMap((first) => fs.readdirSync(`${world.directory}/blocks/${first}`));
  expect(blocks).toEqual([]);
});

test("the same request id makes one image", async () => {
  const source = "https://storage.googleapis.com/archives/disk.tar.gz";
  const id = "6f1c9a52-35e1-4d0e-9f0b-3f3f9d5c0001";
  const twice = [1, 2].map(() =>
    world.ask("POST", world.images(`?requestId=${id}`), { name: "once", rawDisk: { source } }),
  );
  const [first, second] = await Promise.all(twice);
  expect(first?.body.name).toBe(second?.body.name);
  expect(
    (await world.ask("POST", world.images("?requestId=mine"), { name: "x", rawDisk: { source } })).status,
  ).toBe(400);
});

test("faults: a failing operation, a turned bit, a small quota, an organisation that shares with nobody", async () => {
  await world.cloud.fault?.({ kind: "operation", type: "insert", message: "Out of luck." });
  const failed = await world.importArchive("a", "archives", "disk.tar.gz");
  expect(failed).toMatchObject({ error: { errors: [{ code: "INTERNAL_ERROR", message: "Out of luck." }] } });
  await world.importArchive("a", "archives", "disk.tar.gz");
  await world.cloud.fault?.({ kind: "corrupt-image", project: world.project, image: "a" });
  expect(await blocksOf("a")).not.toEqual(made.blocks);
  await world.cloud.fault?.({ kind: "image-quota", limit: 1 });
  expect(await world.importArchive("b", "archives", "disk.tar.gz")).toMatchObject({
    error: { code: 403, errors: [{ reason: "quotaExceeded" }] },
  });
  await world.cloud.fault?.({ kind: "domain-restricted-sharing", enabled: true });
  const bindings = [{ role: "roles/compute.imageUser", members: ["allAuthenticatedUsers"] }];
  const shared = await world.ask("POST", world.images("/a/setIamPolicy"), { policy: { bindings } });
  expect(shared).toMatchObject({
    status: 412,
    body: { error: { message: expect.stringContaining("permitted customer") as string } },
  });
});

test("a disk of 1 GiB and one sector is refused by its size", async () => {
  const odd = makeArchive([0], GIB + 512);
  try {
    await world.upload("archives", "odd.tar.gz", odd.archive);
    const ended = await world.importArchive("odd", "archives", "odd.tar.gz");
    expect(ended).toMatchObject({
      error: {
        errors: [
          { message: expect.stringContaining(`${GIB + 512} bytes, is not a multiple of 1 GiB`) as string },
        ],
      },
    });
  } finally {
    odd.remove();
  }
});

test("a shared image is open to others only after a while, as in the real cloud", async () => {
  await world.importArchive("shared", "archives", "disk.tar.gz");
  await world.restart(2);
  const bindings = [{ role: "roles/compute.imageUser", members: ["allAuthenticatedUsers"] }];
  const etag = (await world.ask("GET", world.images("/shared/getIamPolicy"))).body.etag as string;
  await world.ask("POST", world.images("/shared/setIamPolicy"), { policy: { bindings, etag } });
  expect((await world.ask("GET", world.images("/shared/getIamPolicy"))).body.bindings).toEqual(bindings);
  const stranger = { token: world.environment.STRANGER_GCP_TOKEN ?? "" };
  const see = async () => (await world.fetch("GET", world.images("/shared"), stranger)).status;
  expect(await see()).toBe(403);
  while ((await see()) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("an archive of which the bucket keeps one bit wrong has its old checksum, and becomes no image", async () => {
  // In the member's CRC-32: elsewhere an inverted bit can leave the contents unchanged (a match within a run of equal
  // bytes may begin at any of them), and then creating the image is right.
  await world.cloud.fault?.({ kind: "rot", object: "rotten", byte: made.archive.length - 8 });
  await world.upload("archives", "rotten.tar.gz", made.archive);
  const sums = await Promise.all(
    ["disk", "rotten"].map(async (name) => {
      const { body } = await world.ask("GET", `/storage/v1/b/archives/o/${name}.tar.gz`);
      return String(body.crc32c);
    }),
  );
  expect(new Set(sums).size).toBe(1);
  expect(await world.importArchive("rotten", "archives", "rotten.tar.gz")).toMatchObject({
    error: { errors: [{ message: expect.stringContaining("not a valid image") as string }] },
  });
});
