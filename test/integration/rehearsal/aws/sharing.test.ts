import {
  CopyImageCommand,
  CreateVolumeCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DisableImageBlockPublicAccessCommand,
  EnableEbsEncryptionByDefaultCommand,
  EnableImageBlockPublicAccessCommand,
  EnableSnapshotBlockPublicAccessCommand,
  GetImageBlockPublicAccessStateCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  ResetImageAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  advance,
  errorMessage,
  errorName,
  HOME,
  registerImage,
  shareImage,
  StandIn,
  STRANGER,
  stopClock,
} from "./stand-in";

const AWAY = "us-east-1";
const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-rehearsal01";
const UNIT = "arn:aws:organizations::111111111111:ou/o-rehearsal01/ou-rehe-engineering1";

let aws: StandIn;
beforeEach(async () => (aws = await StandIn.start()));
afterEach(async () => {
  jest.useRealTimers();
  await aws.stop();
});

function shareSnapshot(SnapshotId: string, ...whom: string[]) {
  const Add = whom.map((one) => (one === "all" ? { Group: "all" as const } : { UserId: one }));
  return new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add } });
}

async function launchPermissions(ImageId: string) {
  const answer = await aws
    .ec2()
    .send(new DescribeImageAttributeCommand({ ImageId, Attribute: "launchPermission" }));
  return answer.LaunchPermissions;
}

test("everyone, accounts, organisations and units are kept apart", async () => {
  const id = await aws.image("image");
  await aws.ec2().send(shareImage(id, "all", STRANGER, ORGANIZATION, UNIT));
  expect(await launchPermissions(id)).toEqual([
    { Group: "all" },
    { UserId: STRANGER },
    { OrganizationArn: ORGANIZATION },
    { OrganizationalUnitArn: UNIT },
  ]);
  const older = new ModifyImageAttributeCommand({
    ImageId: id,
    Attribute: "launchPermission",
    OperationType: "remove",
    UserGroups: ["all"],
    UserIds: [STRANGER],
  });
  await aws.ec2().send(older);
  expect(await launchPermissions(id)).toEqual([
    { OrganizationArn: ORGANIZATION },
    { OrganizationalUnitArn: UNIT },
  ]);
  await aws.ec2().send(new ResetImageAttributeCommand({ ImageId: id, Attribute: "launchPermission" }));
  expect(await launchPermissions(id)).toEqual([]);
});

test("an organisation's members see its images, others do not", async () => {
  const id = await aws.image("image");
  const member = await aws.account("member", [ORGANIZATION]);
  const outsider = await aws.account("outsider");
  await aws.ec2().send(shareImage(id, ORGANIZATION));
  const see = (keys: typeof member) =>
    aws.ec2(HOME, keys).send(new DescribeImagesCommand({ ImageIds: [id] }));
  expect([await errorName(see(member)), await errorName(see(outsider))]).toEqual([
    "no error",
    "InvalidAMIID.NotFound",
  ]);
});

test.each([
  ["an account of eleven digits", "12345678901"],
  ["an ARN of something else", "arn:aws:iam::111111111111:user/x"],
])("launch permission refuses %s", async (_what, whom) => {
  const id = await aws.image("image");
  expect(await errorName(aws.ec2().send(shareImage(id, whom)))).toBe("InvalidAMIAttributeItemValue");
});

test("the quota of public images is found out last, and can be raised", async () => {
  const snapshot = await aws.snapshot();
  await aws.cloud.fault!({ kind: "quota", region: HOME, code: "L-0E3CBAB9", value: 1 });
  const [first, second] = await Promise.all(
    ["one1", "two2"].map(async (name) => (await aws.ec2().send(registerImage(name, snapshot))).ImageId!),
  );
  await aws.ec2().send(shareImage(first!, "all"));
  await aws.ec2().send(shareImage(first!, "all"));
  expect(await errorMessage(aws.ec2().send(shareImage(second!, "all")))).toContain(
    "quota of 1 for the number of public images",
  );
  await aws.cloud.fault!({ kind: "quota", region: HOME, code: "L-0E3CBAB9", value: 2 });
  expect(await errorName(aws.ec2().send(shareImage(second!, "all")))).toBe("no error");
});

test("an image is shared with so many, and a copy has no room where all snapshots are used up", async () => {
  const id = await aws.image("shared");
  await aws.cloud.fault!({ kind: "quota", region: HOME, code: "L-70015FFA", value: 1 });
  await aws.ec2().send(shareImage(id, STRANGER));
  expect(await errorMessage(aws.ec2().send(shareImage(id, "333333333333")))).toContain("quota of 1 ");
  expect(await errorName(aws.ec2().send(shareImage(id, "all")))).toBe("no error");
  const copy = new CopyImageCommand({ Name: "copy", SourceImageId: id, SourceRegion: HOME });
  await aws.cloud.fault!({ kind: "quota", region: AWAY, code: "L-309BACF6", value: 0 });
  expect(await errorName(aws.ec2(AWAY).send(copy))).toBe("SnapshotLimitExceeded");
});

test("block public access takes a while, and reads show the old state until then", async () => {
  const slow = await StandIn.start(1);
  try {
    stopClock();
    const state = async () =>
      (await slow.ec2().send(new GetImageBlockPublicAccessStateCommand({}))).ImageBlockPublicAccessState;
    const block = new EnableImageBlockPublicAccessCommand({
      ImageBlockPublicAccessState: "block-new-sharing",
    });
    await slow.ec2().send(block);
    expect(await state()).toBe("unblocked");
    advance(60);
    expect(await state()).toBe("block-new-sharing");
    await slow.ec2().send(new DisableImageBlockPublicAccessCommand({}));
    expect(await state()).toBe("block-new-sharing");
  } finally {
    await slow.stop();
  }
});

test("blocked regions refuse everyone, but not named accounts, and leave what is public alone", async () => {
  const [before, after] = [await aws.image("before"), await aws.image("after")];
  await aws.ec2().send(shareImage(before, "all"));
  await aws.cloud.fault!({ kind: "block-public-access", region: HOME, state: "block-new-sharing" });
  expect(await errorName(aws.ec2().send(shareImage(after, "all")))).toBe("OperationNotPermitted");
  expect(await errorName(aws.ec2().send(shareImage(after, STRANGER)))).toBe("no error");
  expect(await launchPermissions(before)).toEqual([{ Group: "all" }]);
});

test("a newly enabled region blocks public images", async () => {
  await aws.cloud.fault!({ kind: "opt-in", region: "ap-east-1" });
  const { ImageBlockPublicAccessState: state } = await aws
    .ec2("ap-east-1")
    .send(new GetImageBlockPublicAccessStateCommand({}));
  expect(state).toBe("block-new-sharing");
});

describe("snapshots", () => {
  test("are shared with accounts and everyone, not with organisations", async () => {
    const id = await aws.snapshot();
    await aws.ec2().send(shareSnapshot(id, "all", STRANGER));
    const { CreateVolumePermissions } = await aws
      .ec2()
      .send(new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: "createVolumePermission" }));
    expect(CreateVolumePermissions).toEqual([{ Group: "all" }, { UserId: STRANGER }]);
    expect(await errorName(aws.ec2().send(shareSnapshot(id, ORGANIZATION)))).toBe("InvalidUserID.Malformed");
  });

  test("that are shared can be found and made a volume of; others do not exist", async () => {
    const id = await aws.snapshot();
    const stranger = aws.ec2(HOME, aws.stranger());
    const make = () =>
      stranger.send(new CreateVolumeCommand({ SnapshotId: id, AvailabilityZone: `${HOME}a` }));
    expect(await errorName(make())).toBe("InvalidSnapshot.NotFound");
    await aws.ec2().send(shareSnapshot(id, STRANGER));
    expect(await errorName(make())).toBe("no error");
    const { Snapshots } = await stranger.send(
      new DescribeSnapshotsCommand({ RestorableByUserIds: ["self"] }),
    );
    expect(Snapshots!.map((one) => one.SnapshotId)).toEqual([id]);
  });

  test("are not made public where that is blocked", async () => {
    const id = await aws.snapshot();
    await aws.ec2().send(new EnableSnapshotBlockPublicAccessCommand({ State: "block-all-sharing" }));
    expect(await errorName(aws.ec2().send(shareSnapshot(id, "all")))).toBe("OperationNotPermitted");
    expect(await errorName(aws.ec2().send(shareSnapshot(id, STRANGER)))).toBe("no error");
  });

  test("encrypted by default are shared with nobody, nor are images of them made public", async () => {
    await aws.ec2().send(new EnableEbsEncryptionByDefaultCommand({}));
    const id = await aws.image("encrypted");
    const { Images } = await aws.ec2().send(new DescribeImagesCommand({ ImageIds: [id] }));
    const { SnapshotId, Encrypted } = Images![0]!.BlockDeviceMappings![0]!.Ebs!;
    expect(Encrypted).toBe(true);
    expect(await errorName(aws.ec2().send(shareSnapshot(SnapshotId!, "all")))).toBe("InvalidParameterValue");
    expect(await errorName(aws.ec2().send(shareSnapshot(SnapshotId!, STRANGER)))).toBe(
      "OperationNotPermitted",
    );
    expect(await errorName(aws.ec2().send(shareImage(id, "all")))).toBe("InvalidParameterValue");
  });
});

test("a launch by anybody moves the last-launched time that the owner sees", async () => {
  const id = await aws.image("image");
  await aws.ec2().send(shareImage(id, "all"));
  const launched = async () =>
    (await aws.ec2().send(new DescribeImageAttributeCommand({ ImageId: id, Attribute: "lastLaunchedTime" })))
      .LastLaunchedTime;
  expect(await launched()).toEqual({});
  await aws
    .ec2(HOME, aws.stranger())
    .send(new RunInstancesCommand({ ImageId: id, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 }));
  expect(Date.parse((await launched())!.Value!)).toBeGreaterThan(0);
});
