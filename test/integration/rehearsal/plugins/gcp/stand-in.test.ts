/** The plugin against the stand-in cloud, both unchanged: each understands the other's messages. */
import { gcpPlugin } from "../../../../../rehearsal/plugins/gcp/plugin";
import { Engine } from "../../../plugin/engine";
import { makeArchive, StandIn } from "../../gcp/stand-in";

const IMAGE = "gcp:compute/image:Image";
const MEMBER = "gcp:compute/imageIamMember:ImageIamMember";
const BUCKET = "gcp:storage/bucket:Bucket";

// Two servers and a client share a machine that may be busy.

let cloud: StandIn;
let engine: Engine;

beforeAll(async () => {
  cloud = await StandIn.start(0.05);
  engine = await Engine.start(gcpPlugin(), {
    project: cloud.project,
    accessToken: cloud.environment.GCP_TOKEN,
    computeCustomEndpoint: `${cloud.endpoint}/compute/v1/`,
    storageCustomEndpoint: `${cloud.endpoint}/storage/v1/`,
  });
});
afterAll(async () => {
  engine.stop();
  await cloud.end();
});

test("a bucket, an image from it and those who may use it: made, settled, changed, gone", async () => {
  const bucket = await engine.up(BUCKET, {
    name: "archives",
    location: "eu",
    uniformBucketLevelAccess: true,
    forceDestroy: true,
  });
  await engine.expectSettled(BUCKET, bucket);
  const { archive, remove } = makeArchive([0]);
  await cloud.upload("archives", "a.tar.gz", archive);
  remove();

  const image = await engine.up(IMAGE, {
    name: "debian-13",
    description: "a test",
    diskSizeGb: 1,
    guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "GVNIC" }],
    labels: { release: "1" },
    licenses: [],
    storageLocations: ["eu"],
    rawDisk: { source: "https://storage.googleapis.com/archives/a.tar.gz" },
  });
  await engine.expectSettled(IMAGE, image);
  const member = { image: "debian-13", role: "roles/compute.imageUser" };
  const shares = [
    await engine.up(MEMBER, { ...member, member: "user:someone@example.com" }),
    await engine.up(MEMBER, { ...member, member: "allAuthenticatedUsers" }),
  ];

  image.inputs = { ...image.inputs, labels: { release: "2" } };
  image.outputs = await engine.update(IMAGE, image.id, image, image.inputs);
  expect(image.outputs).toMatchObject({
    effectiveLabels: { release: "2", "goog-pulumi-provisioned": "true" },
  });
  await engine.expectSettled(IMAGE, image);

  for (const share of shares) await engine.delete(MEMBER, share.id, share);
  await engine.delete(IMAGE, image.id, image);
  await engine.delete(BUCKET, bucket.id, bucket);
  expect(await cloud.cloud.inventory()).toEqual([]);
});

test("an archive that is not there is refused, and no image stays", async () => {
  const rawDisk = { source: "https://storage.googleapis.com/archives/none.tar.gz" };
  await expect(engine.create(IMAGE, { name: "nothing", rawDisk })).rejects.toThrow(
    "Error creating Image: googleapi: Error",
  );
  expect(await cloud.cloud.inventory()).toEqual([]);
});

test("a bucket that holds something is deleted only by force", async () => {
  const bucket = await engine.up(BUCKET, { name: "full", location: "EU", labels: { a: "1", b: "2" } });
  bucket.inputs = { ...bucket.inputs, labels: { b: "3" } };
  bucket.outputs = await engine.update(BUCKET, bucket.id, bucket, bucket.inputs);
  expect(bucket.outputs).toMatchObject({ labels: { b: "3" }, effectiveLabels: { b: "3" } });
  expect(bucket.outputs.effectiveLabels).not.toHaveProperty("a");
  await cloud.upload("full", "x", Buffer.from("x"));
  await expect(engine.delete(BUCKET, "full", bucket)).rejects.toThrow("without `force_destroy` set to true");
  await engine.delete(BUCKET, "full", { ...bucket, outputs: { ...bucket.outputs, forceDestroy: true } });
  expect(await cloud.cloud.inventory()).toEqual([]);
});

test("rate limits and server errors are tried again, as long as the provider knows them by their words", async () => {
  const args = { name: "throttled", location: "eu", uniformBucketLevelAccess: true, forceDestroy: true };
  const fault = (details: object) =>
    cloud.cloud.fault!({ operation: "POST /storage/v1/b*", times: 2, ...details });
  await fault({ kind: "throttle", as: "403" });
  await fault({ kind: "throttle", as: "429" });
  await fault({ kind: "error", code: 503 });
  const bucket = await engine.up(BUCKET, args);
  await fault({ kind: "throttle", as: "user", times: 1 });
  await expect(engine.up(BUCKET, { ...args, name: "refused" })).rejects.toThrow("userRateLimitExceeded");
  await engine.delete(BUCKET, bucket.id, bucket);
});
