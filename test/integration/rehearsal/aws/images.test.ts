import {
  CopyImageCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeTagsCommand,
  DisableImageCommand,
  DisableImageDeprecationCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  type EbsBlockDevice,
  type Image,
} from "@aws-sdk/client-ec2";
import {
  advance,
  block,
  errorMessage,
  errorName,
  HOME,
  PUBLISHER,
  registerImage,
  shareImage,
  StandIn,
  STRANGER,
  stopClock,
} from "./stand-in";

const AWAY = "us-west-2";
const YEAR = 365 * 24 * 3600;

let aws: StandIn;
beforeEach(async () => (aws = await StandIn.start()));
afterEach(async () => {
  jest.useRealTimers();
  await aws.stop();
});

async function describe1(id: string, region = HOME, keys = aws.publisher()): Promise<Image> {
  const { Images } = await aws.ec2(region, keys).send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Images![0]!;
}

function copyImage(source: string, name = "copy", input = {}) {
  return new CopyImageCommand({ Name: name, SourceImageId: source, SourceRegion: HOME, ...input });
}

describe("RegisterImage", () => {
  test("what was said is what is described", async () => {
    const id = await aws.image("debian-13 (x86_64)", {
      BootMode: "uefi",
      TpmSupport: "v2.0",
      ImdsSupport: "v2.0",
      Description: "<&>",
      TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "a", Value: "ü" }] }],
    });
    expect(await describe1(id)).toMatchObject({
      Name: "debian-13 (x86_64)",
      ImageLocation: `${PUBLISHER}/debian-13 (x86_64)`,
      OwnerId: PUBLISHER,
      Architecture: "x86_64",
      BootMode: "uefi",
      TpmSupport: "v2.0",
      ImdsSupport: "v2.0",
      Description: "<&>",
      EnaSupport: true,
      Public: false,
      RootDeviceName: "/dev/xvda",
      RootDeviceType: "ebs",
      Tags: [{ Key: "a", Value: "ü" }],
      BlockDeviceMappings: [
        { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 1, VolumeType: "gp3", Encrypted: false } },
      ],
    });
  });

  test("who leaves architecture and virtualisation out gets EC2's old defaults", async () => {
    const id = await aws.image("old", { Architecture: undefined, VirtualizationType: undefined });
    expect(await describe1(id)).toMatchObject({ Architecture: "i386", VirtualizationType: "paravirtual" });
  });

  test.each<[string, Parameters<typeof registerImage>[2] & { Name?: string }, string]>([
    ["a name with an underscore only in part allowed", { Name: "a*b" }, "InvalidAMIName.Malformed"],
    ["a name of two letters", { Name: "ab" }, "InvalidAMIName.Malformed"],
    ["an architecture that there is not", { Architecture: "sparc" as "arm64" }, "InvalidParameterValue"],
    ["a boot mode that there is not", { BootMode: "bios" as "uefi" }, "InvalidParameterValue"],
    ["arm64 without UEFI", { Architecture: "arm64", BootMode: "legacy-bios" }, "InvalidParameterCombination"],
    ["a TPM without UEFI", { BootMode: "legacy-bios", TpmSupport: "v2.0" }, "InvalidParameterCombination"],
    ["no root device", { RootDeviceName: undefined }, "MissingParameter"],
    ["a root device that is not mapped", { RootDeviceName: "/dev/sda1" }, "InvalidBlockDeviceMapping"],
    [
      "a snapshot that does not exist",
      { BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: "snap-0123456789abcdef0" } }] },
      "InvalidSnapshot.NotFound",
    ],
    [
      "tags for something else",
      { TagSpecifications: [{ ResourceType: "volume", Tags: [{ Key: "a", Value: "b" }] }] },
      "InvalidParameterValue",
    ],
  ])("refuses %s", async (_what, input, wanted) => {
    const snapshot = await aws.snapshot();
    expect(await errorName(aws.ec2().send(registerImage("fine", snapshot, input)))).toBe(wanted);
  });

  test.each<[EbsBlockDevice, string]>([
    [{ VolumeType: "io1" }, "MissingParameter"],
    [{ VolumeType: "io2" }, "MissingParameter"],
    [{ VolumeType: "io1", Iops: 64_001 }, "InvalidParameterValue"],
    [{ VolumeType: "io2", Iops: 99 }, "InvalidParameterValue"],
    [{ VolumeType: "gp3", Iops: 100 }, "InvalidParameterValue"],
    [{ VolumeType: "gp2", Iops: 3000 }, "InvalidParameterCombination"],
    [{ VolumeType: "io2", Iops: 100, Throughput: 125 }, "InvalidParameterCombination"],
    [{ VolumeType: "gp3", Throughput: 2001 }, "InvalidParameterValue"],
    [{ VolumeType: "io1", Iops: 100 }, "no error"],
    [{ VolumeType: "io2", Iops: 256_000 }, "no error"],
    [{ VolumeType: "gp3", Iops: 3000, Throughput: 125 }, "no error"],
    [{ VolumeType: "gp2" }, "no error"],
  ])("a root volume of %j: %s", async (ebs, wanted) => {
    const snapshot = await aws.snapshot();
    const devices = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot, ...ebs } }];
    const call = aws.ec2().send(registerImage("fast", snapshot, { BlockDeviceMappings: devices }));
    expect(await errorName(call)).toBe(wanted);
  });

  test("a description is ASCII, the copy's and a changed one too", async () => {
    const source = await aws.image("plain");
    const registered = aws
      .ec2()
      .send(registerImage("not", await aws.snapshot(), { Description: "für alle" }));
    expect(await errorMessage(registered)).toBe(
      "Value (für alle) for parameter description is invalid. Character sets beyond ASCII are not supported.",
    );
    const copied = aws.ec2(AWAY).send(copyImage(source, "copy", { Description: "a → b" }));
    expect(await errorName(copied)).toBe("InvalidParameterValue");
    const changed = new ModifyImageAttributeCommand({ ImageId: source, Description: { Value: "für alle" } });
    expect(await errorName(aws.ec2().send(changed))).toBe("InvalidParameterValue");
  });

  test("refuses a volume smaller than its snapshot, and says which size is enough", async () => {
    const snapshot = await aws.snapshot({ 0: block(1) }, { VolumeSize: 8 });
    const device = { DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot, VolumeSize: 4 } };
    const call = aws.ec2().send(registerImage("small", snapshot, { BlockDeviceMappings: [device] }));
    expect(await errorMessage(call)).toContain("expect size >= 8GB");
  });

  test("refuses a name that the account uses in that region, and names the image", async () => {
    const first = await aws.image("taken");
    const again = aws.ec2().send(registerImage("taken", await aws.snapshot()));
    expect(await errorMessage(again)).toBe(`AMI name taken is already in use by AMI ${first}`);
    expect(await errorName(aws.image("taken", {}, AWAY))).toBe("no error");
  });
});

describe("CopyImage", () => {
  test("forgets permissions, deprecation and tags, and belongs to the copier", async () => {
    const source = await aws.image("source", {
      TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "a", Value: "b" }] }],
    });
    await aws.ec2().send(shareImage(source, "all", STRANGER));
    await aws.ec2().send(
      new EnableImageDeprecationCommand({
        ImageId: source,
        DeprecateAt: new Date(Date.now() + YEAR * 1000),
      }),
    );
    const { ImageId: id } = await aws.ec2(AWAY).send(copyImage(source));
    const copy = await describe1(id!, AWAY);
    expect(copy).toMatchObject({ Public: false, SourceImageId: source, SourceImageRegion: HOME, Tags: [] });
    expect(copy.DeprecationTime).toBeUndefined();
    const { LaunchPermissions } = await aws
      .ec2(AWAY)
      .send(new DescribeImageAttributeCommand({ ImageId: id, Attribute: "launchPermission" }));
    expect(LaunchPermissions).toEqual([]);
    const snapshotId = copy.BlockDeviceMappings![0]!.Ebs!.SnapshotId!;
    const { Snapshots } = await aws
      .ec2(AWAY)
      .send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }));
    expect(Snapshots![0]).toMatchObject({ OwnerId: PUBLISHER, Tags: [] });
    expect(Snapshots![0]!.Description).toContain(`from SourceAmi ${source} for SourceSnapshot snap-`);
  });

  test("copies tags when asked, and tags the snapshot when told how", async () => {
    const source = await aws.image("source", {
      TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "a", Value: "b" }] }],
    });
    const { ImageId: id } = await aws.ec2(AWAY).send(
      copyImage(source, "copy", {
        CopyImageTags: true,
        TagSpecifications: [{ ResourceType: "snapshot", Tags: [{ Key: "c", Value: "d" }] }],
      }),
    );
    const copy = await describe1(id!, AWAY);
    expect(copy.Tags).toEqual([{ Key: "a", Value: "b" }]);
    const { Tags } = await aws.ec2(AWAY).send(new DescribeTagsCommand({}));
    expect(Tags).toContainEqual({
      Key: "c",
      Value: "d",
      ResourceId: copy.BlockDeviceMappings![0]!.Ebs!.SnapshotId,
      ResourceType: "snapshot",
    });
  });

  test("is pending first: no snapshot is named and nothing can be changed", async () => {
    const slow = await StandIn.start(1);
    try {
      stopClock();
      const snapshot = await slow.snapshot();
      advance(10);
      const { ImageId: source } = await slow.ec2().send(registerImage("source", snapshot));
      advance(10);
      const { ImageId: id } = await slow.ec2(AWAY).send(copyImage(source!));
      const show = () => slow.ec2(AWAY).send(new DescribeImagesCommand({ ImageIds: [id!] }));
      expect(await errorName(show())).toBe("InvalidAMIID.NotFound");
      advance(2);
      const [pending] = (await show()).Images!;
      expect(pending!.State).toBe("pending");
      expect(pending!.BlockDeviceMappings![0]!.Ebs!.SnapshotId).toBeUndefined();
      expect(await errorName(slow.ec2(AWAY).send(shareImage(id!, STRANGER)))).toBe(
        "InvalidAMIID.Unavailable",
      );
      advance(10);
      expect((await show()).Images![0]!.State).toBe("available");
      expect(await errorName(slow.ec2(AWAY).send(shareImage(id!, STRANGER)))).toBe("no error");
    } finally {
      await slow.stop();
    }
  });

  test("only so many snapshots are copied into a region at a time", async () => {
    const slow = await StandIn.start(1);
    try {
      stopClock();
      const snapshot = await slow.snapshot();
      advance(10);
      const { ImageId: source } = await slow.ec2().send(registerImage("source", snapshot));
      advance(10);
      await slow.cloud.fault!({ kind: "quota", region: AWAY, code: "L-A7A32D80", value: 2 });
      const copy = (name: string) => slow.ec2(AWAY).send(copyImage(source!, name));
      expect([
        await errorName(copy("one")),
        await errorName(copy("two")),
        await errorName(copy("three")),
      ]).toEqual(["no error", "no error", "ResourceLimitExceeded"]);
      advance(10);
      expect(await errorName(copy("three"))).toBe("no error");
    } finally {
      await slow.stop();
    }
  });

  test("a shared image whose storage is not shared cannot be copied by others", async () => {
    const source = await aws.image("source");
    await aws.ec2().send(shareImage(source, STRANGER));
    const copy = () => aws.ec2(AWAY, aws.stranger()).send(copyImage(source));
    expect(await errorMessage(copy())).toBe("You do not have permission to access the storage of this ami");
    const SnapshotId = (await describe1(source)).BlockDeviceMappings![0]!.Ebs!.SnapshotId;
    await aws.ec2().send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Add: [{ UserId: STRANGER }] },
      }),
    );
    const { ImageId: id } = await copy();
    expect((await describe1(id!, AWAY, aws.stranger())).OwnerId).toBe(STRANGER);
  });

  test("a client token is good for one request", async () => {
    const source = await aws.image("source");
    const copy = (name: string) => aws.ec2(AWAY).send(copyImage(source, name, { ClientToken: "token" }));
    const first = await copy("one1");
    expect((await copy("one1")).ImageId).toBe(first.ImageId);
    expect(await errorName(copy("two2"))).toBe("IdempotentParameterMismatch");
  });

  test("two copies may have one name", async () => {
    const source = await aws.image("source");
    await aws.ec2(AWAY).send(copyImage(source, "same"));
    expect(await errorName(aws.ec2(AWAY).send(copyImage(source, "same")))).toBe("no error");
  });
});

describe("deprecation", () => {
  const soon = () => new Date(Date.now() + 3600_000);

  test("hides an image from searches of others, not from its owner, nor when asked for", async () => {
    stopClock();
    const id = await aws.image("public");
    await aws.ec2().send(shareImage(id, "all"));
    await aws.ec2().send(new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: soon() }));
    const count = async (keys: ReturnType<StandIn["publisher"]>, input = {}) => {
      const { Images } = await aws
        .ec2(HOME, keys)
        .send(new DescribeImagesCommand({ Owners: [PUBLISHER], ...input }));
      return Images!.length;
    };
    expect(await count(aws.stranger())).toBe(1);
    advance(2 * 3600);
    expect(await count(aws.stranger())).toBe(0);
    expect(await count(aws.stranger(), { IncludeDeprecated: true })).toBe(1);
    expect(await count(aws.stranger(), { ImageIds: [id] })).toBe(1);
    expect(await count(aws.publisher())).toBe(1);
  });

  test("comes to public images by itself after two years, whatever their owner does", async () => {
    stopClock();
    const id = await aws.image("public");
    expect((await describe1(id)).DeprecationTime).toBeUndefined();
    await aws.ec2().send(shareImage(id, "all"));
    const inTwoYears = new Date();
    inTwoYears.setUTCFullYear(inTwoYears.getUTCFullYear() + 2);
    const shown = (await describe1(id)).DeprecationTime!;
    expect(Math.abs(Date.parse(shown) - inTwoYears.getTime())).toBeLessThan(60_000);
    await aws.ec2().send(new DisableImageDeprecationCommand({ ImageId: id }));
    expect((await describe1(id)).DeprecationTime).toBe(shown);
    const later = new EnableImageDeprecationCommand({
      ImageId: id,
      DeprecateAt: new Date(Date.now() + 3 * YEAR * 1000),
    });
    expect(await errorName(aws.ec2().send(later))).toBe("InvalidParameterValue");
  });

  test("the past is refused, and seconds are rounded to the minute", async () => {
    const id = await aws.image("image");
    const past = new EnableImageDeprecationCommand({
      ImageId: id,
      DeprecateAt: new Date(Date.now() - 3600_000),
    });
    expect(await errorName(aws.ec2().send(past))).toBe("InvalidParameterValue");
    const at = new Date("2030-01-01T00:00:29Z");
    await aws.ec2().send(new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: at }));
    expect((await describe1(id)).DeprecationTime).toBe("2030-01-01T00:00:00.000Z");
  });
});

describe("removal", () => {
  test("a snapshot stays as long as an image uses it, and after the image unless asked", async () => {
    const id = await aws.image("image");
    const SnapshotId = (await describe1(id)).BlockDeviceMappings![0]!.Ebs!.SnapshotId;
    const remove = () => aws.ec2().send(new DeleteSnapshotCommand({ SnapshotId }));
    expect(await errorMessage(remove())).toBe(`The snapshot ${SnapshotId} is currently in use by ${id}`);
    await aws.ec2().send(new DeregisterImageCommand({ ImageId: id }));
    expect(await errorName(describe1(id))).toBe("InvalidAMIID.NotFound");
    expect(await errorName(remove())).toBe("no error");
  });

  test("DeleteAssociatedSnapshots spares a snapshot that another image uses", async () => {
    const snapshot = await aws.snapshot();
    const [first, second] = await Promise.all(
      ["one1", "two2"].map(async (name) => (await aws.ec2().send(registerImage(name, snapshot))).ImageId),
    );
    const remove = async (ImageId: string | undefined) =>
      (await aws.ec2().send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })))
        .DeleteSnapshotResults;
    expect(await remove(first)).toEqual([{ SnapshotId: snapshot, ReturnCode: "skipped" }]);
    expect(await remove(second)).toEqual([{ SnapshotId: snapshot, ReturnCode: "success" }]);
    expect(await aws.cloud.inventory()).toEqual([]);
  });

  test("deregistration protection holds, for a day more with a cooldown", async () => {
    stopClock();
    const id = await aws.image("image");
    const remove = () => aws.ec2().send(new DeregisterImageCommand({ ImageId: id }));
    await aws.ec2().send(new EnableImageDeregistrationProtectionCommand({ ImageId: id, WithCooldown: true }));
    expect(await errorName(remove())).toBe("OperationNotPermitted");
    await aws.ec2().send(new DisableImageDeregistrationProtectionCommand({ ImageId: id }));
    expect(await errorName(remove())).toBe("OperationNotPermitted");
    advance(25 * 3600);
    expect(await errorName(remove())).toBe("no error");
  });

  test("a stranger can neither change nor remove what they can see", async () => {
    const id = await aws.image("public");
    await aws.ec2().send(shareImage(id, "all"));
    const stranger = aws.ec2(HOME, aws.stranger());
    const describe = new ModifyImageAttributeCommand({ ImageId: id, Description: { Value: "mine" } });
    expect(await errorName(stranger.send(describe))).toBe("AuthFailure");
    expect(await errorName(stranger.send(new DeregisterImageCommand({ ImageId: id })))).toBe("AuthFailure");
  });
});

test("a disabled image is private, hidden, and private still when enabled again", async () => {
  const id = await aws.image("image");
  await aws.ec2().send(shareImage(id, "all"));
  await aws.ec2().send(new DisableImageCommand({ ImageId: id }));
  expect(await errorName(describe1(id, HOME, aws.stranger()))).toBe("InvalidAMIID.NotFound");
  const own = async (IncludeDisabled: boolean) =>
    (await aws.ec2().send(new DescribeImagesCommand({ Owners: ["self"], IncludeDisabled }))).Images!.map(
      (image) => image.State,
    );
  expect([await own(false), await own(true)]).toEqual([[], ["disabled"]]);
  await aws.ec2().send(new EnableImageCommand({ ImageId: id }));
  expect(await describe1(id)).toMatchObject({ State: "available", Public: false });
});

test("tags are added, replaced, removed by value, and seen by the owner only", async () => {
  const id = await aws.image("image");
  await aws.ec2().send(shareImage(id, "all"));
  const tag = (tags: Record<string, string>) =>
    new CreateTagsCommand({
      Resources: [id],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  await aws.ec2().send(tag({ a: "1", b: "2" }));
  await aws.ec2().send(tag({ a: "3" }));
  await aws.ec2().send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: "b", Value: "other" }] }));
  expect((await describe1(id)).Tags).toEqual([
    { Key: "a", Value: "3" },
    { Key: "b", Value: "2" },
  ]);
  expect((await describe1(id, HOME, aws.stranger())).Tags).toEqual([]);
  expect(await errorName(aws.ec2().send(tag({ "aws:x": "y" })))).toBe("InvalidParameterValue");
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ""]));
  expect(await errorName(aws.ec2().send(tag(many)))).toBe("TagLimitExceeded");
});

test("pages of a search show every image once", async () => {
  const snapshot = await aws.snapshot();
  for (const name of ["one1", "two2", "three3"]) await aws.ec2().send(registerImage(name, snapshot));
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await aws
      .ec2()
      .send(new DescribeImagesCommand({ Owners: ["self"], MaxResults: 2, NextToken }));
    seen.push(...page.Images!.map((image) => image.Name!));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  expect(seen.sort()).toEqual(["one1", "three3", "two2"]);
});
