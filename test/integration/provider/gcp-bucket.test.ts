import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/gcp/index";
import { google } from "./google-image";
import { failure, Harness } from "../../unit/provider/harness";

/** The bucket that the program is to make, asked for before anything is made. */
const harness = new Harness();
let cloud: RunningCloud;
let project: string;
beforeAll(async () => {
  cloud = await harness.start(start);
  project = process.env.GCP_PROJECT ?? "";
  await google("POST", `/storage/v1/b?project=${project}`, { name: "by-hand", location: "US" });
  for (const [name, label, location] of [
    ["of-other", "other", "US"],
    ["of-dev", "dev", "US"],
    ["of-dev-eu", "dev", "EU"],
  ]) {
    const labels = { "imprimatur-stack": label };
    await google("POST", `/storage/v1/b?project=${project}`, { name, location, labels });
  }
  const { STRANGER_GCP_TOKEN: token, STRANGER_GCP_PROJECT: others } = process.env;
  const made = await fetch(`${process.env.STORAGE_EMULATOR_HOST}/storage/v1/b?project=${others}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "somebody-elses" }),
  });
  expect(made.status).toBe(200);
});
afterAll(() => harness.stop());
beforeEach(async () => {
  harness.shown.length = 0;
  await allow([]);
});

const ROLES = ["imprimatur/publisher", "imprimatur/bucket-maker"];
const allow = (without: string[], roles = ROLES) => cloud.fault!({ kind: "roles", roles, without });
const OLD = { inputs: {}, outputs: {} };
const inputs = (bucket: string, more: Properties = { bucketLocation: "us" }): Properties => ({
  ...{ project, bucket, images: [], storageLocations: [], archives: [], families: [], public: false },
  ...more,
});
const ask = (bucket: string, more?: Properties) =>
  harness.handler("gcp:Preflight").create(inputs(bucket, more), harness.call());
const said = async (bucket: string, more?: Properties) => (await failure(ask(bucket, more))).message;

test("a name that nobody has, and this stack's own bucket, are fine", async () => {
  await ask("nobody-has-it");
  await ask("of-dev");
  expect(harness.shown).toEqual([]);
});

test("a name of another project's bucket is refused before anything is made, and says that names are one for all", async () => {
  expect(await said("somebody-elses")).toContain(
    `- gs://somebody-elses is another project's than ${project} (names are one for all of Google Cloud); ` +
      "give `bucket.name` in imprimatur:gcp another one",
  );
});

test("without the right to see buckets both causes are named", async () => {
  await allow(["storage.buckets.get"]);
  const text = await said("by-hand");
  expect(text).toContain("(storage.buckets.get): it is somebody else's");
  expect(text).toContain("docs/policies/gcp-bucket-maker.json");
});

test("a bucket of the project that this stack did not make is refused with the setting that uses it", async () => {
  expect(await said("by-hand")).toContain("set `bucket.exists: true`, or give `bucket.name`");
  expect(await said("by-hand")).toContain(
    "`gcloud storage buckets update gs://by-hand --update-labels=imprimatur-stack=dev`",
  );
  expect(await said("of-other")).toContain("gs://of-other is there, and the stack other made it; ");
  // Asked again for a release that is there: somebody took the bucket's labels meanwhile.
  await harness.handler("gcp:Preflight").update("", OLD, inputs("by-hand"), harness.call());
});

test("a bucket never moves", async () => {
  expect(await said("of-dev-eu")).toContain(
    "gs://of-dev-eu is in EU, the stack file wants it in US, and a bucket never moves; set `bucket.location` to eu, or ",
  );
  await ask("of-dev-eu", { bucketLocation: "eu" });
});

test("the right to make it is asked for, with the policy that has it", async () => {
  await allow(["storage.buckets.create"]);
  const text = await said("nobody-has-it");
  expect(text).toContain(`may not, on project ${project}: storage.buckets.create (gcp.storage.Bucket)`);
  expect(text).toContain("docs/policies/gcp-bucket-maker.json");
  // It is not needed any more.
  await ask("of-dev");
});

test("rights on objects that only a new bucket gives are a warning", async () => {
  await allow(["storage.objects.create"]);
  await ask("nobody-has-it");
  expect(harness.shown).toEqual([expect.stringMatching(/owners and editors .* storage\.objects\.create \(/)]);
});

test("a bucket of somebody else's that is to be used as it is: the message names that cause too", async () => {
  const text = await said("somebody-elses", {});
  expect(text).toContain("on gs://somebody-elses: storage.objects.create (");
  expect(text).toContain("if the bucket is somebody else's, name one of your own");
});
