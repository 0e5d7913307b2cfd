import { UNKNOWN } from "../../../../../facts/engine";
import type { Properties } from "../../../../../plugin/resource";
import { gcpPlugin } from "../../../../../rehearsal/plugins/gcp/plugin";
import { Engine, Kept } from "../../../plugin/engine";
import { FakeGoogle } from "./fake";

const IMAGE = "gcp:compute/image:Image";
const MEMBER = "gcp:compute/imageIamMember:ImageIamMember";
const ID = "projects/publisher/global/images/debian-13";

const debian = {
  name: "debian-13",
  guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "GVNIC" }],
  labels: { release: "1" },
  rawDisk: { source: "https://storage.googleapis.com/b/a.tar.gz" },
};

let cloud: FakeGoogle;
let engine: Engine;
beforeEach(async () => {
  cloud = new FakeGoogle();
  engine = await Engine.start(gcpPlugin(() => cloud));
});
afterEach(() => engine.stop());

async function up(type: string, given: Properties) {
  const { inputs, failures } = await engine.check(type, "image", given);
  expect(failures).toEqual([]);
  return { inputs, ...(await engine.create(type, inputs)) };
}

async function plan(
  old: { id: string; inputs: Properties; outputs: Properties },
  given: Properties,
  ignored?: string[],
) {
  const { inputs } = await engine.check(IMAGE, "image", given, old.inputs);
  return engine.diff(IMAGE, old.id, old, inputs, ignored);
}

test("the second up of an image changes nothing, before and after a refresh", async () => {
  const old = await up(IMAGE, debian);
  expect(old.id).toBe(ID);
  expect((await plan(old, debian)).detail).toEqual({});
  expect(await engine.read(IMAGE, ID, old)).toEqual({ id: ID, inputs: old.inputs, outputs: old.outputs });
});

test("a preview knows the labels that will be there, the provider's own too", async () => {
  const { inputs } = await engine.check(IMAGE, "image", debian);
  const { outputs } = await engine.create(IMAGE, inputs, { preview: true });
  expect(outputs).toMatchObject({
    project: "publisher",
    selfLink: UNKNOWN,
    diskSizeGb: UNKNOWN,
    effectiveLabels: { release: "1", "goog-pulumi-provisioned": "true" },
  });
  expect(cloud.calls).toEqual([]);
});

describe("only labels change in place", () => {
  const cases = [
    {
      change: { labels: { release: "2" } },
      detail: {
        "labels.release": "update",
        "pulumiLabels.release": "update",
        "effectiveLabels.release": "update",
      },
      replaces: [],
    },
    {
      change: { labels: undefined },
      detail: {
        "labels.release": "delete",
        "pulumiLabels.release": "delete",
        "effectiveLabels.release": "delete",
      },
      replaces: [],
    },
    { change: { family: "debian-13" }, detail: { family: "add-replace" }, replaces: ["family"] },
    { change: { description: "new" }, detail: { description: "add-replace" }, replaces: ["description"] },
    { change: { diskSizeGb: 2 }, detail: { diskSizeGb: "update-replace" }, replaces: ["diskSizeGb"] },
    {
      change: { storageLocations: ["us"] },
      detail: { "storageLocations[0]": "update-replace" },
      replaces: ["storageLocations"],
    },
    {
      change: { guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }] },
      detail: { "guestOsFeatures[1]": "delete-replace" },
      replaces: ["guestOsFeatures"],
    },
    {
      change: { guestOsFeatures: [{ type: "GVNIC" }, { type: "UEFI_COMPATIBLE" }] },
      detail: {},
      replaces: [],
    },
    {
      change: { rawDisk: { source: "https://storage.googleapis.com/b/other.tar.gz" } },
      detail: { "rawDisk.source": "update-replace" },
      replaces: ["rawDisk"],
    },
  ];
  test.each(cases)("$change", async ({ change, detail, replaces }) => {
    const old = await up(IMAGE, debian);
    const seen = await plan(old, { ...debian, ...change });
    expect(seen).toMatchObject({ detail, replaces, deleteBeforeReplace: replaces.length > 0 });
  });
});

describe("an explicit empty list is a wish: what Google chose instead replaces the image", () => {
  test.each([
    { property: "storageLocations", replaces: true },
    { property: "licenses", replaces: true },
    // A set: an empty one counts as not given.
    { property: "guestOsFeatures", replaces: false },
  ])("$property", async ({ property, replaces }) => {
    const given = { ...debian, [property]: [] };
    const old = await up(IMAGE, given);
    const chosen = { storageLocations: ["eu"], licenses: ["l"], guestOsFeatures: [{ type: "GVNIC" }] };
    Object.assign(cloud.images.get(ID)!, chosen);
    const seen = { ...old, ...(await engine.read(IMAGE, ID, old)) };
    expect((await plan(seen, given)).replaces.includes(property)).toBe(replaces);
    expect((await plan(seen, { ...debian, [property]: undefined })).replaces).not.toContain(property);
  });
});

test("a refresh that finds other features than were given shows those", async () => {
  const old = await up(IMAGE, debian);
  const found = [{ type: "GVNIC" }, { type: "TDX_CAPABLE" }];
  cloud.images.get(ID)!.guestOsFeatures = found;
  expect((await engine.read(IMAGE, ID, old))?.inputs.guestOsFeatures).toEqual(found);
});

test("labels of others on the image stay, and are no difference", async () => {
  const old = await up(IMAGE, debian);
  (cloud.images.get(ID)!.labels as Properties).team = "kernel";
  const read = await engine.read(IMAGE, ID, old);
  expect(read?.outputs).toMatchObject({ labels: { release: "1" }, effectiveLabels: { team: "kernel" } });
  const seen = { ...old, ...read };
  expect((await plan(seen, debian)).detail).toEqual({});
  const { inputs } = await engine.check(IMAGE, "image", { ...debian, labels: { stage: "x" } }, old.inputs);
  await engine.update(IMAGE, ID, seen, inputs);
  expect(cloud.images.get(ID)!.labels).toEqual({
    team: "kernel",
    stage: "x",
    "goog-pulumi-provisioned": "true",
  });
});

test("a family that something else manages must be ignored, or it replaces the image", async () => {
  const old = await up(IMAGE, debian);
  cloud.images.get(ID)!.family = "debian";
  const seen = { ...old, ...(await engine.read(IMAGE, ID, old)) };
  expect(await plan(seen, debian)).toMatchObject({
    detail: { family: "delete-replace" },
    replaces: ["family"],
  });
  expect(await plan(seen, debian, ["family"])).toMatchObject({ detail: {}, changes: "none" });
});

test("a failed operation leaves nothing, neither image nor state", async () => {
  cloud.operationFails = "The tar archive is not a valid image.";
  const failed = await engine.create(IMAGE, debian).catch((error: unknown) => error);
  expect(failed).not.toBeInstanceOf(Kept);
  expect((failed as Error).message).toContain(
    "Error waiting to create Image: Error waiting for Creating Image: The tar archive is not a valid image.",
  );
});

test("a taken name is refused in Google's words", async () => {
  await up(IMAGE, debian);
  await expect(engine.create(IMAGE, debian)).rejects.toThrow(
    `Error creating Image: googleapi: Error 409: The resource '${ID}' already exists, alreadyExists`,
  );
});

test("an image is deleted once, kept when abandoned, and not deleted when that is prevented", async () => {
  const old = await up(IMAGE, debian);
  const withPolicy = (deletionPolicy: string) => ({ ...old, outputs: { ...old.outputs, deletionPolicy } });
  await expect(engine.delete(IMAGE, ID, withPolicy("PREVENT"))).rejects.toThrow("deletion_policy");
  await engine.delete(IMAGE, ID, withPolicy("ABANDON"));
  expect(cloud.images.size).toBe(1);
  await engine.delete(IMAGE, ID, old);
  await engine.delete(IMAGE, ID, old);
  expect(await engine.read(IMAGE, ID, old)).toBeUndefined();
});

describe("refused before anything happens", () => {
  const cases = [
    { given: { name: "Debian_13" }, says: `"name" ("Debian_13") doesn't match regexp` },
    { given: { guestOsFeatures: [{ type: "UEFI" }] }, says: "expected type to be one of" },
    { given: { architecture: "ARM64" }, says: 'An argument named "architecture" is not expected here' },
    {
      given: { rawDisk: {} },
      says: 'rawDisk.source: Missing required argument. The argument "source" is required',
    },
  ];
  test.each(cases)("$given", async ({ given, says }) => {
    const { failures } = await engine.check(IMAGE, "image", given);
    expect(failures.join("\n")).toContain(says);
  });
});

describe("a member of an image's policy", () => {
  const grant = { image: "debian-13", role: "roles/compute.imageUser", member: "allAuthenticatedUsers" };
  const bindings = () => cloud.policies.get(ID)?.bindings;

  test("is added beside the others, read, and taken back alone", async () => {
    await up(IMAGE, debian);
    const first = await up(MEMBER, { ...grant, member: "user:a@example.org" });
    const second = await up(MEMBER, grant);
    expect(second.id).toBe(`${ID}/roles/compute.imageUser/allAuthenticatedUsers`);
    expect(bindings()).toEqual([
      { role: grant.role, members: ["user:a@example.org", "allAuthenticatedUsers"] },
    ]);
    expect((await engine.diff(MEMBER, second.id, second, second.inputs)).detail).toEqual({});
    await engine.delete(MEMBER, first.id, first);
    expect(bindings()).toEqual([{ role: grant.role, members: ["allAuthenticatedUsers"] }]);
    expect(await engine.read(MEMBER, first.id, first)).toBeUndefined();
    expect(await engine.read(MEMBER, second.id, second)).toMatchObject({ id: second.id });
  });

  test("is written again when somebody else changed the policy meanwhile", async () => {
    await up(IMAGE, debian);
    cloud.beforePolicy = () => {
      cloud.beforePolicy = undefined;
      cloud.policies.set(ID, { etag: "e7", bindings: [{ role: "roles/viewer", members: ["user:b@x.org"] }] });
    };
    await up(MEMBER, grant);
    expect(bindings()).toEqual([
      { role: "roles/viewer", members: ["user:b@x.org"] },
      { role: grant.role, members: ["allAuthenticatedUsers"] },
    ]);
  });

  test("an address is kept in lower case, and its spelling is no change", async () => {
    await up(IMAGE, debian);
    const old = await up(MEMBER, { ...grant, member: "user:Ann@Example.org" });
    expect(old.outputs.member).toBe("user:ann@example.org");
    const same = { ...grant, member: "user:ANN@example.org" };
    expect((await engine.diff(MEMBER, old.id, old, same)).detail).toEqual({});
    await engine.delete(MEMBER, old.id, old);
    expect(bindings()).toEqual([]);
  });

  test("everything about it replaces it, except how the image is spelled", async () => {
    await up(IMAGE, debian);
    const old = await up(MEMBER, grant);
    const diff = (change: Properties) => engine.diff(MEMBER, old.id, old, { ...grant, ...change });
    expect((await diff({ image: `https://www.googleapis.com/compute/v1/${ID}` })).detail).toEqual({});
    expect((await diff({ member: "allUsers" })).replaces).toEqual(["member"]);
    expect((await diff({ image: "debian-14" })).replaces).toEqual(["image"]);
  });
});
