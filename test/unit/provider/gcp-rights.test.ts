import { permissionsFor } from "../../../clouds/permissions";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/gcp/index";
import { failure, Harness } from "./harness";

const harness = new Harness();
let cloud: RunningCloud;
const PROJECT = "rehearsal-publisher";

beforeAll(async () => {
  cloud = await harness.start(start);
  const url = `${process.env.STORAGE_EMULATOR_HOST}/storage/v1/b?project=${PROJECT}`;
  const made = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${process.env.ADMINISTRATOR_GCP_TOKEN}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ name: "archives", location: "EU" }),
  });
  expect(made.status).toBe(200);
});
afterAll(() => harness.stop());
beforeEach(() => {
  harness.shown.length = 0;
});

const INPUTS: Properties = {
  project: PROJECT,
  bucket: "archives",
  images: [],
  storageLocations: [],
  public: true,
};
const PUBLISHER = ["imprimatur/publisher"];
const allow = (without: string[], roles = PUBLISHER) => cloud.fault!({ kind: "roles", roles, without });
const check = (more: Properties = {}) =>
  harness.handler("gcp:Preflight").create({ ...INPUTS, ...more }, harness.call());

test("the published role is all that the preflight asks for", async () => {
  await allow([]);
  await check();
  expect(harness.shown).toEqual([]);
});

test.each(permissionsFor(GOOGLE_PERMISSIONS, ["publish", "share"]).map((one) => [one.name, one.on]))(
  "without %s on the %s it refuses, and says what, where and the cure",
  async (name, on) => {
    await allow([name]);
    const where = on === "bucket" ? "gs://archives" : `project ${PROJECT}`;
    const said = (await failure(check())).message;
    expect(said).toContain(`the publisher's account may not, on ${where}: ${name} (`);
    expect(said).toContain("docs/policies/gcp-publisher.json");
  },
);

test("without compute.images.delete it goes on, and warns", async () => {
  await allow(["compute.images.delete"]);
  await check();
  expect(harness.shown.join("\n")).toMatch(/deleting .* will be refused: .*compute\.images\.delete \(/);
});

test("all that is missing is in one refusal", async () => {
  await allow(["compute.images.create", "compute.regions.list", "storage.objects.create"]);
  expect((await failure(check())).message).toMatch(/compute\.regions\.list .*compute\.images\.create /);
});

test("who may use a bucket, and the project's images, may be told so by roles of Google's", async () => {
  await allow(
    [],
    ["roles/compute.storageAdmin", "roles/storage.objectAdmin", "roles/orgpolicy.policyViewer"],
  );
  await check();
  expect(harness.shown).toEqual([]);
});

test("an Editor of the project may not share an image", async () => {
  await allow([], ["roles/editor"]);
  expect((await failure(check())).message).toMatch(
    /may not, on project .*: compute\.images\.setIamPolicy \(/,
  );
});

test.each([
  ["everybody", { public: true }, true],
  ["single members", { public: false, members: ["user:a@example.com"] }, true],
  ["nobody", { public: false }, false],
])("for an image that %s gets, the right to share is asked for: %#", async (_whom, sharing, asked) => {
  await allow(["compute.images.setIamPolicy"]);
  const outcome = await check(sharing).then(
    () => "",
    (error: Error) => error.message,
  );
  expect(outcome.includes("compute.images.setIamPolicy (")).toBe(asked);
});

test("asking that fails is one sentence, and no refusal", async () => {
  await allow([]);
  await cloud.fault!({ kind: "error", path: ":testIamPermissions", code: 403, times: 9 });
  await check();
  expect(harness.shown).toEqual([expect.stringMatching(/^which rights are missing could not be asked/)]);
});
