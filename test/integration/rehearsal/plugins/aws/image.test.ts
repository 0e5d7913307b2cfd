import { UNKNOWN } from "../../../../../facts/engine";
import type { Properties } from "../../../../../plugin/resource";
import { awsPlugin } from "../../../../../rehearsal/plugins/aws/plugin";
import { Engine, Kept } from "../../../plugin/engine";
import { FakeAws } from "./fake";

const AMI = "aws:ec2/ami:Ami";
const COPY = "aws:ec2/amiCopy:AmiCopy";

const device = { deviceName: "/dev/xvda", snapshotId: "snap-1", volumeType: "gp3" };
const debian = {
  name: "debian-13",
  architecture: "x86_64",
  bootMode: "uefi",
  enaSupport: true,
  rootDeviceName: "/dev/xvda",
  virtualizationType: "hvm",
  tags: { Name: "debian", "imprimatur:release": "1" },
  deprecationTime: "2027-01-01T00:00:20Z",
  ebsBlockDevices: [device],
};

let cloud: FakeAws;
let engine: Engine;
async function serve(fake: FakeAws): Promise<void> {
  engine?.stop();
  cloud = fake;
  engine = await Engine.start(awsPlugin(async () => fake));
}
beforeEach(() => serve(new FakeAws()));
afterAll(() => engine.stop());

/** Check and create as the engine does, returning the state it would keep. */
async function up(type: string, given: Properties) {
  const { inputs, failures } = await engine.check(type, "image", given);
  expect(failures).toEqual([]);
  const { id, outputs } = await engine.create(type, inputs);
  return { id, inputs, outputs };
}

async function plan(
  type: string,
  old: { id: string; inputs: Properties; outputs: Properties },
  given: Properties,
) {
  const { inputs } = await engine.check(type, "image", given, old.inputs);
  return engine.diff(type, old.id, old, inputs);
}

test("the second up of an image changes nothing, before and after a refresh", async () => {
  const old = await up(AMI, debian);
  expect((await plan(AMI, old, debian)).detail).toEqual({});
  const read = await engine.read(AMI, old.id, old);
  expect(read).toEqual({ id: old.id, inputs: old.inputs, outputs: old.outputs });
  expect((await plan(AMI, { ...old, ...read }, debian)).detail).toEqual({});
});

test("a preview knows what was given, and not what EC2 decides", async () => {
  const { inputs } = await engine.check(AMI, "image", debian);
  const { outputs } = await engine.create(AMI, inputs, { preview: true });
  expect(outputs).toMatchObject({
    name: "debian-13",
    region: "eu-central-1",
    arn: UNKNOWN,
    rootSnapshotId: UNKNOWN,
    tagsAll: debian.tags,
    ebsBlockDevices: [{ ...device, deleteOnTermination: true, volumeSize: UNKNOWN, throughput: UNKNOWN }],
  });
  expect(cloud.calls).toEqual([]);
});

describe("what changes in place and what needs a new image", () => {
  const inPlace = [
    {
      change: { tags: { ...debian.tags, Name: "other" } },
      detail: { "tags.Name": "update" },
    },
    {
      change: { tags: { Name: "debian" } },
      detail: { "tags.imprimatur:release": "delete" },
    },
    { change: { description: "new" }, detail: { description: "add" } },
    { change: { deprecationTime: "2028-01-01T00:00:00Z" }, detail: { deprecationTime: "update" } },
    { change: { deprecationTime: undefined }, detail: { deprecationTime: "delete" } },
    { change: { deprecationTime: "2027-01-01T00:00:29Z" }, detail: {} },
    // Only device and snapshot are in the hash of ebs_block_device: the rest is never compared.
    { change: { ebsBlockDevices: [{ ...device, volumeType: "gp2", volumeSize: 20 }] }, detail: {} },
  ];
  test.each(inPlace)("$change in place", async ({ change, detail }) => {
    const old = await up(AMI, debian);
    expect(await plan(AMI, old, { ...debian, ...change })).toMatchObject({ detail, replaces: [] });
  });

  const replacing = [
    { change: { bootMode: "legacy-bios" }, detail: { bootMode: "update-replace" } },
    { change: { tpmSupport: "v2.0" }, detail: { tpmSupport: "add-replace" } },
    { change: { imdsSupport: "v2.0" }, detail: { imdsSupport: "add-replace" } },
    { change: { architecture: "arm64" }, detail: { architecture: "update-replace" } },
    { change: { enaSupport: false }, detail: { enaSupport: "delete-replace" } },
    { change: { rootDeviceName: "/dev/sda1" }, detail: { rootDeviceName: "update-replace" } },
    { change: { virtualizationType: "paravirtual" }, detail: { virtualizationType: "update-replace" } },
    { change: { uefiData: "AAAA" }, detail: { uefiData: "add-replace" } },
    { change: { region: "eu-west-1" }, detail: { region: "update-replace" } },
    {
      change: { ebsBlockDevices: [{ ...device, snapshotId: "snap-2" }] },
      detail: { "ebsBlockDevices[0]": "update-replace" },
    },
    {
      change: { ebsBlockDevices: [{ ...device, snapshotId: UNKNOWN }] },
      detail: { "ebsBlockDevices[0]": "update-replace" },
    },
  ];
  test.each(replacing)(
    "$change by a new image, the old one first: it holds the name",
    async ({ change, detail }) => {
      const old = await up(AMI, debian);
      const seen = await plan(AMI, old, { ...debian, ...change });
      expect(seen).toMatchObject({ detail, deleteBeforeReplace: true });
      expect(seen.replaces).toEqual([Object.keys(change)[0]]);
    },
  );

  test("a new name lets the new image exist before the old one goes", async () => {
    const seen = await plan(AMI, await up(AMI, debian), { ...debian, name: "debian-13.1" });
    expect(seen).toMatchObject({
      detail: { name: "update-replace" },
      replaces: ["name"],
      deleteBeforeReplace: false,
    });
  });

  test("the source of a copy replaces it, its tags do not", async () => {
    const source = await up(AMI, debian);
    const given = {
      name: "debian-13",
      sourceAmiId: source.id,
      sourceAmiRegion: "eu-central-1",
      region: "us-east-1",
    };
    const old = await up(COPY, given);
    expect((await plan(COPY, old, given)).detail).toEqual({});
    expect(await plan(COPY, old, { ...given, sourceAmiId: "ami-other" })).toMatchObject({
      detail: { sourceAmiId: "update-replace" },
      deleteBeforeReplace: true,
    });
    expect(await plan(COPY, old, { ...given, tags: { a: "b" } })).toMatchObject({ replaces: [] });
  });
});

test("tags, description and deprecation date are changed where they are", async () => {
  const old = await up(AMI, debian);
  const given = { ...debian, description: "d", deprecationTime: undefined, tags: { Name: "x" } };
  const { inputs } = await engine.check(AMI, "image", given, old.inputs);
  const outputs = await engine.update(AMI, old.id, old, inputs);
  expect(outputs).toMatchObject({
    description: "d",
    deprecationTime: "",
    tags: { Name: "x" },
    arn: old.outputs.arn,
  });
  expect((await plan(AMI, { ...old, inputs, outputs }, given)).detail).toEqual({});
  expect(cloud.images.size).toBe(1);
});

test("what the program ignores is left as it was read, while the rest is changed", async () => {
  const undated = { ...debian, deprecationTime: undefined };
  const old = await up(AMI, undated);
  const date = "2028-11-01T00:00:00.000Z";
  cloud.images.get(old.id)!.DeprecationTime = date;
  const read = (await engine.read(AMI, old.id, old))!;
  const { inputs } = await engine.check(AMI, "image", { ...undated, description: "d" }, old.inputs);
  const ignoreChanges = ["deprecationTime"];
  const outputs = await engine.update(AMI, old.id, { ...old, ...read }, inputs, { ignoreChanges });
  expect(outputs).toMatchObject({ description: "d", deprecationTime: date });
  expect(cloud.images.get(old.id)!.DeprecationTime).toBe(date);
});

test("a date that AWS set by itself is a difference that the next up undoes", async () => {
  const undated = { ...debian, deprecationTime: undefined };
  const old = await up(AMI, undated);
  cloud.images.get(old.id)!.DeprecationTime = "2028-11-01T00:00:00.000Z";
  const read = await engine.read(AMI, old.id, old);
  expect((await plan(AMI, { ...old, ...read }, undated)).detail).toEqual({ deprecationTime: "delete" });
});

test("a date that the program leaves to others is not touched by an update of tags", async () => {
  const undated = { ...debian, deprecationTime: undefined };
  const old = await up(AMI, undated);
  cloud.images.get(old.id)!.DeprecationTime = "2028-11-01T00:00:00.000Z";
  const read = await engine.read(AMI, old.id, old);
  const { inputs } = await engine.check(AMI, "image", { ...undated, tags: { Name: "x" } }, old.inputs);
  const ignoreChanges = ["deprecationTime"];
  const outputs = await engine.update(AMI, old.id, { ...old, ...read }, inputs, { ignoreChanges });
  expect(outputs).toMatchObject({ tags: { Name: "x" }, deprecationTime: "2028-11-01T00:00:00.000Z" });
});

test("deregistering leaves the snapshot of a registered image, and takes that of a copy", async () => {
  cloud.snapshots.add("snap-1");
  const source = await up(AMI, debian);
  const copy = await up(COPY, { name: "debian-13", sourceAmiId: source.id, sourceAmiRegion: "eu-central-1" });
  expect(copy.outputs).toMatchObject({ manageEbsSnapshots: true });
  expect(cloud.snapshots.size).toBe(2);
  await engine.delete(COPY, copy.id, copy);
  expect([...cloud.snapshots]).toEqual(["snap-1"]);
  await engine.delete(AMI, source.id, source);
  expect([...cloud.snapshots]).toEqual(["snap-1"]);
  expect(cloud.images.size).toBe(0);
});

test("an image that is gone is read as gone, and deleting it again is no error", async () => {
  const old = await up(AMI, debian);
  cloud.images.clear();
  expect(await engine.read(AMI, old.id, old)).toBeUndefined();
  cloud.failures.set("DeregisterImage", { name: "InvalidAMIID.Unavailable", message: "gone" });
  await engine.delete(AMI, old.id, old);
});

test("an image whose tags were refused is kept, and says what failed", async () => {
  cloud.failures.set("CreateTags", { name: "UnauthorizedOperation", message: "You may not." });
  const { inputs } = await engine.check(AMI, "image", debian);
  const failed = await engine.create(AMI, inputs).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Kept);
  expect(failed).toMatchObject({ id: "ami-1", outputs: { name: "debian-13", region: "eu-central-1" } });
  expect((failed as Kept).reasons[0]).toBe(
    "1 error occurred:\n\t* setting EC2 AMI (ami-1) tags: operation error EC2: CreateTags, https response error " +
      "StatusCode: 400, RequestID: , api error UnauthorizedOperation: You may not.\n\n",
  );
});

test("a failed image is not waited for", async () => {
  const register = cloud["RegisterImage"].bind(cloud);
  cloud["RegisterImage"] = (input) => {
    const made = register(input);
    Object.assign(cloud.images.get(made.ImageId)!, {
      State: "failed",
      StateReason: { Message: "bad snapshot" },
    });
    return made;
  };
  const { inputs } = await engine.check(AMI, "image", debian);
  await expect(engine.create(AMI, inputs)).rejects.toThrow(/unexpected state 'failed'.*bad snapshot/s);
});

describe("an image that stays pending", () => {
  beforeEach(() => {
    const register = cloud["RegisterImage"].bind(cloud);
    cloud["RegisterImage"] = (input) => {
      const made = register(input);
      cloud.images.get(made.ImageId)!.State = "pending";
      return made;
    };
  });

  test("is given up after the time that the user allows, and kept", async () => {
    const { inputs } = await engine.check(AMI, "image", debian);
    const failed = await engine.create(AMI, inputs, { timeout: 0.2 }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ id: "ami-1" });
    expect((failed as Kept).reasons[0]).toContain(
      "creating EC2 AMI (debian-13): waiting for completion: timeout while waiting for image ami-1 to become available " +
        "(last state: 'pending', timeout: 0.2s)",
    );
  });

  test("is waited for after a Ctrl-C too: the real bridge stops nothing", async () => {
    const { inputs } = await engine.check(AMI, "image", debian);
    const made = engine.create(AMI, inputs);
    await engine.cancel();
    while (cloud.images.size === 0) await new Promise((resolve) => setImmediate(resolve));
    cloud.images.get("ami-1")!.State = "available";
    expect(await made).toMatchObject({ id: "ami-1" });
  });
});

test("default tags of the provider are on the image and in tagsAll, not in tags", async () => {
  await serve(new FakeAws({ owner: "images-team", Name: "default" }));
  const old = await up(AMI, debian);
  expect(old.outputs).toMatchObject({ tags: debian.tags, tagsAll: { ...debian.tags, owner: "images-team" } });
  expect((await plan(AMI, old, debian)).detail).toEqual({});
  const other = await Engine.start(awsPlugin(async () => new FakeAws({ owner: "new-team" })));
  const seen = await other.diff(AMI, old.id, old, old.inputs);
  other.stop();
  expect(seen.detail).toEqual({ "tagsAll.owner": "update" });
});

test("an import finds everything that could have been given, in the region that its id names", async () => {
  const { id } = await up(AMI, debian);
  cloud.calls.length = 0;
  const found = await engine.read(AMI, `${id}@eu-west-3`);
  expect(cloud.calls).toEqual(["eu-west-3 DescribeImages"]);
  expect(found?.inputs).toMatchObject({
    name: "debian-13",
    bootMode: "uefi",
    ebsBlockDevices: [device],
    region: "eu-west-3",
  });
  expect(found?.inputs).not.toHaveProperty("arn");
});

describe("refused before anything happens", () => {
  const cases = [
    {
      type: AMI,
      given: { architectures: "x" },
      says: 'architectures: Invalid or unknown key. An argument named "architectures" is not expected here',
    },
    {
      type: AMI,
      given: { arn: "arn:x" },
      says: `arn: Value for unconfigurable attribute. Can't configure a value for "arn"`,
    },
    { type: AMI, given: { tagsAll: { a: "b" } }, says: `tagsAll: Value for unconfigurable attribute` },
    {
      type: AMI,
      given: { bootMode: "bios" },
      says: 'bootMode: expected boot_mode to be one of ["legacy-bios" "uefi" "uefi-preferred"], got bios',
    },
    {
      type: AMI,
      given: { deprecationTime: "tomorrow" },
      says: 'expected "deprecation_time" to be a valid RFC3339 date, got "tomorrow"',
    },
    { type: AMI, given: { enaSupport: "yes" }, says: "enaSupport: Incorrect attribute value type" },
    {
      type: AMI,
      given: { ebsBlockDevices: [{ snapshotId: "s" }] },
      says: 'ebsBlockDevices[0].deviceName: Missing required argument. The argument "device_name" is required',
    },
    { type: AMI, given: { region: "Frankfurt" }, says: "region: invalid AWS Region: Frankfurt" },
    {
      type: COPY,
      given: {},
      says: 'sourceAmiId: Missing required argument. The argument "source_ami_id" is required, but no definition was found',
    },
    { type: COPY, given: { bootMode: "uefi" }, says: "bootMode: Value for unconfigurable attribute" },
  ];
  test.each(cases)("$given", async ({ type, given, says }) => {
    const { failures } = await engine.check(type, "image", given);
    expect(failures.join("\n")).toContain(says);
    expect(failures.join("\n")).toContain("Examine values at 'image.");
  });
});

test("an image without a name gets one that stays", async () => {
  const given = { ...debian, name: undefined };
  const first = await engine.check(AMI, "image", given);
  expect(first.inputs).toMatchObject({ name: "image-0123456", sriovNetSupport: "simple" });
  const again = await engine.check(AMI, "image", given, { ...first.inputs, name: "image-fffffff" });
  expect(again.inputs.name).toBe("image-fffffff");
});
