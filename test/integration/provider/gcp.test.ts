import { GIB } from "../../../facts/units";
import { start } from "../../../rehearsal/gcp/index";
import type { RunningCloud } from "../../../rehearsal/cloud";
import type { Properties } from "../../../plugin/resource";
import { google } from "./google-image";
import { failure, Harness } from "../../unit/provider/harness";

let harness: Harness;
let cloud: RunningCloud;
let project: string;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  project = process.env.GCP_PROJECT ?? "";
  const softDeletePolicy = { retentionDurationSeconds: 0 };
  await google("POST", `/storage/v1/b?project=${project}`, { name: "archives", softDeletePolicy });
  await harness.disk(
    2 * GIB - 4096,
    Array.from({ length: 80 }, (_, i) => i * 51),
  );
});
beforeEach(() => {
  harness.requests.length = 0;
});
afterAll(() => harness.stop());

const archiveInputs = () => ({
  project,
  bucket: "archives",
  object: `demo/1/x86_64-${harness.root}.tar.gz`,
  metadata: { "imprimatur-product": "demo" },
  keep: true,
  neededFor: "1",
  ...harness.diskInputs(),
});
const preflightInputs = () => ({
  project,
  bucket: "archives",
  images: [{ name: "demo-1", sha256: "5a".repeat(32) }],
  storageLocations: ["eu"],
  public: true,
});
const chunks = () => harness.requests.filter((line) => /PUT \/upload.* (308|200)/.test(line)).length;
const images = async () => (await cloud.inventory()).filter(({ kind }) => kind !== "bucket");

test("archive, image, verification, deprecation and family, there and back", async () => {
  const archive = await harness.handler("gcp:ImageArchive").create(archiveInputs(), harness.call());
  const { source, crc32c, archiveSize } = archive.outputs;
  const image = {
    project,
    imageName: "demo-1",
    description: `demo, sha256:${"5a".repeat(32)}`,
    diskSizeGb: 2,
    guestOsFeatures: ["UEFI_COMPATIBLE"],
    labels: { "imprimatur-stack": "dev" },
    licenses: [],
    storageLocations: ["eu"],
    source,
  };
  const made = await harness.handler("gcp:Arm64Image").create(image, harness.call());
  expect(made.id).toBe(`projects/${project}/global/images/demo-1`);

  const place = { project, image: "demo-1" };
  const ask = (sha256: string) =>
    harness
      .handler("gcp:Preflight")
      .update(
        project,
        { inputs: {}, outputs: {} },
        { ...preflightInputs(), images: [{ name: "demo-1", sha256 }] },
        harness.call(),
      );
  await ask("5a".repeat(32));
  await expect(ask("bb".repeat(32))).rejects.toThrow(
    `- ${project}/demo-1 holds other bytes, sha256:${"5a".repeat(32)}, than the image file now says`,
  );
  await expect(ask(`block-map:${"bb".repeat(32)}`)).rejects.toThrow(
    `than the image file now says, block-map:${"bb".repeat(32)}; give`,
  );

  const proof = {
    ...place,
    source,
    crc32c,
    archiveSize,
    diskSizeGb: 2,
    architecture: "arm64",
    blockMapRoot: "x",
  };
  const verified = await harness.handler("gcp:Verification").create(proof, harness.call());
  expect(verified.outputs).toMatchObject({
    level: "source",
    uid: expect.stringMatching(/^\d+$/) as string,
    createdAt: expect.stringMatching(/T.*-0[78]:00$/) as string,
  });
  const wrong = await failure(
    harness
      .handler("gcp:Verification")
      .create({ ...proof, crc32c: "AAAAAA==", architecture: "x86_64" }, harness.call()),
  );
  expect(wrong.message).toMatch(
    /architecture is ARM64, expected X86_64; its archive .* has CRC32C .*, sent was AAAAAA==/,
  );

  const { archiveSha256, generation } = archive.outputs;
  const read = { ...proof, archiveSha256, generation };
  expect(await harness.handler("gcp:Verification").create(read, harness.call())).toMatchObject({
    outputs: { level: "archive bytes" },
  });
  const rewritten = { ...read, generation: "1" };
  await expect(harness.handler("gcp:Verification").create(rewritten, harness.call())).rejects.toThrow(
    /its archive .* is of generation \d+, and the one that was sent of 1: somebody else wrote it/,
  );
  const turned = { ...read, archiveSha256: "0".repeat(64) };
  await expect(harness.handler("gcp:Verification").create(turned, harness.call())).rejects.toThrow(
    /its archive .* is read back as sha256 [0-9a-f]{64}, sent was 0{64}/,
  );

  const written = () => harness.requests.filter((line) => line.includes("/images/demo-1/deprecate"));
  const active = { ...place, state: "ACTIVE" };
  const current = await harness.handler("gcp:ImageDeprecation").create(active, harness.call());
  expect(written()).toEqual([]);
  expect(await harness.inputsSeen("gcp:ImageDeprecation", current.id, active, active)).toEqual(active);

  const status = { ...place, state: "DEPRECATED", deprecated: "2027-01-01T00:00:00+02:00" };
  const deprecated = await harness.handler("gcp:ImageDeprecation").create(status, harness.call());
  expect(await harness.inputsSeen("gcp:ImageDeprecation", deprecated.id, status, status)).toEqual(status);
  await harness
    .handler("gcp:ImageDeprecation")
    .delete(deprecated.id, { inputs: status, outputs: status }, harness.call());
  expect(await harness.inputsSeen("gcp:ImageDeprecation", deprecated.id, status, status)).toEqual({
    ...place,
    state: "ACTIVE",
  });
  expect(written()).toHaveLength(2);

  const member = { ...place, family: "demo" };
  const family = await harness.handler("gcp:ImageFamily").create(member, harness.call());
  expect(await harness.inputsSeen("gcp:ImageFamily", family.id, member, member)).toEqual(member);
  await harness
    .handler("gcp:ImageFamily")
    .delete(family.id, { inputs: member, outputs: member }, harness.call());
  expect(await harness.inputsSeen("gcp:ImageFamily", family.id, member, member)).toBeUndefined();

  const removal = { project, bucket: "archives", object: archiveInputs().object, neededFor: "1" };
  await harness.handler("gcp:ImageArchiveRemoval").create(removal, harness.call());
  const unkept = { ...archiveInputs(), keep: false };
  expect(
    await harness.inputsSeen("gcp:ImageArchive", archive.id, unkept, { ...archive.outputs, keep: false }),
  ).toEqual(unkept);
  await harness
    .handler("gcp:Arm64Image")
    .delete(made.id, { inputs: image, outputs: made.outputs }, harness.call());
  expect(await images()).toEqual([]);
});

test("another image under the name of the verified one is told, and stops an up unless nobody is to use it", async () => {
  const handler = harness.handler("gcp:Verification");
  const archive = await harness.handler("gcp:ImageArchive").create(archiveInputs(), harness.call());
  const image = {
    ...{ project, imageName: "demo-2", description: "demo", diskSizeGb: 2, guestOsFeatures: [], labels: {} },
    ...{ licenses: [], storageLocations: [], source: archive.outputs.source },
  };
  const make = () => harness.handler("gcp:Arm64Image").create(image, harness.call());
  const remove = (outputs: Properties) =>
    harness.handler("gcp:Arm64Image").delete("", { inputs: image, outputs }, harness.call());
  const first = await make();
  const { source, crc32c, archiveSize } = archive.outputs;
  const inputs = {
    ...{ project, image: "demo-2", source, crc32c, archiveSize, diskSizeGb: 2 },
    ...{ architecture: "arm64", blockMapRoot: "x", shared: true },
  };
  const { id, outputs } = await handler.create(inputs, harness.call());
  const old = { inputs, outputs };
  const same = await handler.read(id, old, harness.call());
  expect(handler.diff({ inputs, outputs: same!.outputs }, inputs, harness.call()).changes).toEqual({});

  await remove(first.outputs);
  const second = await make();
  const read = await handler.read(id, old, harness.call());
  const state = { inputs, outputs: read!.outputs };
  expect(read!.outputs.uid).toBe(outputs.uid);
  expect(read!.outputs.other).toContain("another object");
  expect(handler.diff(state, inputs, harness.call()).changes).toEqual({
    image: { kind: "update", replace: false },
  });
  const stopped = await failure(handler.update(id, state, inputs, harness.call()));
  expect(stopped.message).toMatch(
    /^image .*demo-2 is not the one that was verified: another object has its name now: id \d+, made at .*; the recorded one is id \d+, .* delete it \(`gcloud compute images delete demo-2/,
  );
  const closed = { ...inputs, shared: false };
  expect(handler.diff(old, closed, harness.call()).changes).toEqual({});
  expect(await handler.update(id, state, closed, harness.call())).toMatchObject({ level: "source" });
  await remove(second.outputs);
  expect(await handler.read(id, state, harness.call())).toBeUndefined();
  await harness
    .handler("gcp:ImageArchive")
    .delete(archive.id, { inputs: archiveInputs(), outputs: archive.outputs }, harness.call());
});

test("an interrupted upload goes on where Google is", async () => {
  const stop = new AbortController();
  const timer = setInterval(() => {
    if (chunks() >= 1) stop.abort();
  }, 1);
  const stopped = await failure(
    harness.handler("gcp:ImageArchive").create(archiveInputs(), harness.call(stop.signal)),
  );
  clearInterval(timer);
  expect(stopped.name).toBe("PartialFailure");
  expect(JSON.stringify(stopped.outputs)).not.toContain("upload_id");
  const before = chunks();
  const old = { inputs: archiveInputs(), outputs: stopped.outputs ?? {} };
  const resumed = await harness
    .handler("gcp:ImageArchive")
    .update(stopped.id ?? "", old, archiveInputs(), harness.call());
  // 40 MiB in chunks of 8 MiB, and one request for the upload's progress.
  expect(chunks()).toBeLessThanOrEqual(before + 6);
  const again = await harness.handler("gcp:ImageArchive").create(archiveInputs(), harness.call());
  expect(again.outputs.crc32c).toBe(resumed.crc32c);
  await harness
    .handler("gcp:ImageArchive")
    .delete(again.id, { inputs: old.inputs, outputs: resumed }, harness.call());
});

test.each(["gone-404", "gone-410", "unended"])(
  "an upload that goes wrong in Google's hands (%s) ends well in the same up",
  async (as) => {
    await cloud.fault!({ kind: "upload", as, after: as === "unended" ? 0 : 2 });
    const made = await harness.handler("gcp:ImageArchive").create(archiveInputs(), harness.call());
    expect(await cloud.fault!({ kind: "list" })).toMatchObject({ faults: [] });
    expect((await images()).map(({ kind, bytes }) => [kind, bytes])).toEqual([
      ["object", made.outputs.archiveSize],
    ]);
    await harness
      .handler("gcp:ImageArchive")
      .delete(made.id, { inputs: archiveInputs(), outputs: made.outputs }, harness.call());
  },
);

test.each(["throttle", "error"])(
  "a third of all requests ends with %s, and nothing is lost",
  async (kind) => {
    await cloud.fault!({ kind, probability: 0.3, seed: 1 });
    const { id, outputs } = await harness.handler("gcp:ImageArchive").create(archiveInputs(), harness.call());
    expect((await images()).map(({ bytes }) => bytes)).toEqual([outputs.archiveSize]);
    const old = { inputs: archiveInputs(), outputs };
    await harness.handler("gcp:ImageArchive").delete(id, old, harness.call());
    await cloud.fault!({ kind: "clear" });
  },
);

test("a disk that changed since it was inspected never becomes an object", async () => {
  const changed = { ...archiveInputs(), blockMapRoot: "00".repeat(32) };
  const refused = await failure(harness.handler("gcp:ImageArchive").create(changed, harness.call()));
  expect(refused.message).toContain("has changed since it was inspected");
  expect(await images()).toEqual([]);
});

describe("domain-restricted sharing is asked for before anything is made", () => {
  const restrict = (fault: object) =>
    cloud.fault!({ kind: "domain-restricted-sharing", enabled: true, ...fault });
  const ask = (args: object) =>
    harness.handler("gcp:Preflight").create({ ...preflightInputs(), ...args }, harness.call());
  const members = ["user:a@example.org"];
  afterEach(() => cloud.fault!({ kind: "domain-restricted-sharing", enabled: false }));
  beforeEach(() => (harness.shown.length = 0));

  test.each([
    { constraint: "iam.allowedPolicyMemberDomains", only: "C0rehears" },
    { constraint: "iam.managed.allowedPolicyMembers", only: "//cloudresourcemanager" },
  ])("$constraint forbids everyone", async ({ constraint, only }) => {
    await restrict({ constraint });
    const refused = await failure(ask({ public: true }));
    expect(refused.message).toContain(
      `the organisation policy ${constraint} of project ${project} allows only ${only}`,
    );
    expect(refused.message).toContain("(`sharing.public`) at the very end; have the policy changed");
  });

  test("a principal of others is a warning, and a private release asks nothing", async () => {
    await restrict({});
    await ask({ public: false, members });
    expect(harness.shown.join("\n")).toMatch(
      /whether user:a@example.org belong to it is not known: .*at the very end of the `up`, with a 412/,
    );
    harness.requests.length = 0;
    await ask({ public: false });
    expect(harness.requests.filter((line) => line.includes("/policies/"))).toEqual([]);
  });

  test("who may not ask is told so in one sentence, and goes on", async () => {
    await restrict({});
    await cloud.fault!({ kind: "roles", without: ["orgpolicy.policy.get"] });
    await ask({ public: true });
    await cloud.fault!({ kind: "roles", without: [] });
    const warnings = harness.shown.filter((line) => line.includes("is not known"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/orgpolicy.policy.get.*at the very end/);
  });
});

test("preflight names every problem with its cure", async () => {
  const args = preflightInputs();
  await harness.handler("gcp:Preflight").create(args, harness.call());
  const refused = await failure(
    harness
      .handler("gcp:Preflight")
      .create({ ...args, bucket: "no-such", storageLocations: ["moon"] }, harness.call()),
  );
  expect(refused.message).toMatch(
    /2 problems:\n- gs:\/\/no-such: there is no such bucket.*\n- there is no storage location moon/,
  );
});
