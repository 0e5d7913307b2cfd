import { GIB } from "../../../facts/units";
import { findRemnant } from "../../../audit/recover/remnants";
import type { Creation, Recovery } from "../../../audit/recover/remnant";
import { openGoogleSession } from "../../../clouds/gcp/api/session";
import { findImage } from "../../../clouds/gcp/api/images";
import { start } from "../../../rehearsal/gcp/index";
import { askGoogle } from "../administrator";
import { Harness } from "../../unit/provider/harness";

const LABELS = { "imprimatur-product": "demo", "imprimatur-stack": "dev" };
const { signal } = new AbortController();
const recovery = (over: Partial<Recovery> = {}): Recovery => ({
  owner: { stack: "dev", product: "demo" },
  ids: new Set(),
  accounts: {},
  next: "up",
  signal,
  status: () => undefined,
  ...over,
});

let harness: Harness;
let project: string;
let source: string;
let archive: Record<string, unknown>;
beforeAll(async () => {
  harness = new Harness();
  // Creating images takes time.
  await harness.start(start, 0.1);
  project = process.env.GCP_PROJECT ?? "";
  await google("POST", `/storage/v1/b?project=${project}`, { name: "archives", labels: LABELS });
  await harness.disk(GIB, [0, 1]);
  const place = { project, bucket: "archives", object: "demo.tar.gz", metadata: LABELS };
  archive = { ...place, keep: true, neededFor: "1", ...harness.diskInputs() };
  source = (await harness.handler("gcp:ImageArchive").create(archive, harness.call())).outputs
    .source as string;
});
afterAll(() => harness.stop());

/** Does not wait for what it begins. */
async function google(method: string, path: string, body: object): Promise<void> {
  const answer = await askGoogle(method, path, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

const begin = (name: string, labels: object = LABELS) =>
  google("POST", `/compute/v1/projects/${project}/global/images`, { name, labels, rawDisk: { source } });
const image = (name: string): Creation => ({
  urn: `urn:pulumi:dev::imprimatur::gcp:compute/image:Image::${name}`,
  resourceType: "gcp:compute/image:Image",
  inputs: { project, name },
});
const isThere = async (name: string) =>
  (await findImage(openGoogleSession(signal, { status: () => undefined }), { project, image: name })) !==
  undefined;

test("where nothing was made there is nothing to find", async () => {
  expect(await findRemnant(image("demo-0"), recovery())).toBeUndefined();
});

test("an image that is still being made is waited for, with a word, and deleted", async () => {
  await begin("demo-1");
  const said: string[] = [];
  const remnant = await findRemnant(image("demo-1"), recovery({ status: (line) => said.push(line) }));
  expect(remnant).toMatchObject({ what: `image ${project}/demo-1` });
  await remnant?.resolve();
  expect(said).toContain(`image ${project}/demo-1 is still being made; it is deleted then`);
  expect(await isThere("demo-1")).toBe(false);
});

test("an image of arm64 likewise", async () => {
  await begin("demo-arm64");
  const creation = {
    ...image(""),
    resourceType: "imprimatur:gcp:Arm64Image",
    inputs: { project, imageName: "demo-arm64" },
  };
  await (await findRemnant(creation, recovery()))?.resolve();
  expect(await isThere("demo-arm64")).toBe(false);
});

test("another stack's stays, one that is shared stays, and one that the state knows is no remnant", async () => {
  await begin("demo-2", { ...LABELS, "imprimatur-stack": "other" });
  expect((await findRemnant(image("demo-2"), recovery()))?.kept).toBe("its labels do not name this stack");

  await begin("demo-3");
  const ids = new Set([`projects/${project}/global/images/demo-3`]);
  expect(await findRemnant(image("demo-3"), recovery({ ids }))).toBeUndefined();
  const policy = { bindings: [{ role: "roles/compute.imageUser", members: ["allAuthenticatedUsers"] }] };
  await google("POST", `/compute/v1/projects/${project}/global/images/demo-3/setIamPolicy`, { policy });
  expect((await findRemnant(image("demo-3"), recovery()))?.kept).toBe("it is shared");
});

test("a bucket that holds something stays; an empty one of ours goes", async () => {
  const bucket = (name: string): Creation => ({
    urn: "urn:pulumi:dev::imprimatur::gcp:storage/bucket:Bucket::b",
    resourceType: "gcp:storage/bucket:Bucket",
    inputs: { name },
  });
  expect((await findRemnant(bucket("archives"), recovery()))?.kept).toBe("it holds objects");
  await google("POST", `/storage/v1/b?project=${project}`, { name: "begun-archives", labels: LABELS });
  await (await findRemnant(bucket("begun-archives"), recovery()))?.resolve();
  expect(await findRemnant(bucket("begun-archives"), recovery())).toBeUndefined();
});

test("a plain up is told of an image that is there, and of the one command", async () => {
  await begin("demo-4");
  const metadata = { "imprimatur-product": "demo", "imprimatur-stack": "dev" };
  const upload = async (name: string) => {
    harness.shown.length = 0;
    const inputs = { ...archive, metadata, image: name };
    await harness.handler("gcp:ImageArchive").create(inputs, harness.call());
    return harness.shown.join("\n");
  };
  expect(await upload("demo-4")).toMatch(
    /demo-4 is there already.* 409 alreadyExists, and `imprimatur up` gets/,
  );
  // The preflight refuses another stack's.
  for (const other of ["demo-2", "demo-none"]) expect(await upload(other)).not.toContain("alreadyExists");
});

test("an archive is kept for the next up, and goes where the stack is to be gone", async () => {
  const creation: Creation = { ...image(""), resourceType: "imprimatur:gcp:ImageArchive", inputs: archive };
  expect(await findRemnant(creation, recovery())).toBeUndefined();
  const remnant = await findRemnant(creation, recovery({ next: "gone" }));
  expect(remnant).toMatchObject({ what: "archive gs://archives/demo.tar.gz" });
  await remnant?.resolve();
  expect(await findRemnant(creation, recovery({ next: "gone" }))).toBeUndefined();
});
