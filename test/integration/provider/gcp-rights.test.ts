import { permissionsFor } from "../../../clouds/permissions";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/gcp/index";
import { google } from "./google-image";
import { failure, Harness } from "../../unit/provider/harness";

const harness = new Harness();
let cloud: RunningCloud;
const PROJECT = "rehearsal-publisher";

beforeAll(async () => {
  cloud = await harness.start(start);
  await google("POST", `/storage/v1/b?project=${PROJECT}`, { name: "archives", location: "EU" });
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

const license = (name: string) => ({ licenses: [`projects/${name.replace("/", "/global/licenses/")}`] });

test("a license that is not there is refused before anything is uploaded", async () => {
  await allow([]);
  await check(license("debian-cloud/debian-13-trixie"));
  expect(harness.shown).toEqual([]);
  expect((await failure(check(license("debian-cloud/debian-99")))).message).toContain(
    "there is no license projects/debian-cloud/global/licenses/debian-99; correct `image.licenses` in the config",
  );
});

test.each(["compute-image-tools/virtual-disk-import", `${PROJECT}/ours`])(
  "a license that may not be seen (%s) may be used all the same: a warning",
  async (name) => {
    await allow(["compute.licenses.get"]);
    await check(license(name));
    expect(harness.shown).toEqual([
      expect.stringMatching(/^whether there is a license projects\/\S+ could not be asked.*after the upload/),
    ]);
  },
);

test("more images than the project's quota are refused before anything is uploaded", async () => {
  await allow([]);
  await cloud.fault!({ kind: "image-quota", limit: 1 });
  const images = ["demo-1", "demo-2"].map((name) => ({ name, sha256: "5a".repeat(32) }));
  await check({ images: images.slice(1) });
  expect((await failure(check({ images }))).message).toContain(
    `project ${PROJECT} has 0 images, its quota is 1, and 2 more are to be made`,
  );
  await allow(["compute.projects.get"]);
  await check({ images });
  expect(harness.shown).toEqual([
    expect.stringMatching(/^how many images project \S+ may have could not be asked.*after the upload/),
  ]);
  await cloud.fault!({ kind: "image-quota", limit: 2000 });
});

test("asking that fails is one sentence, and no refusal", async () => {
  await allow([]);
  await cloud.fault!({ kind: "error", path: ":testIamPermissions", code: 403, times: 9 });
  await check();
  expect(harness.shown).toEqual([expect.stringMatching(/^which rights are missing could not be asked/)]);
});
