import {
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import {
  CopyImageCommand,
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DescribeRegionsCommand,
  EC2Client,
  GetEbsEncryptionByDefaultCommand,
} from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { block, checksum, errorName, HOME, putBlock, shareImage, StandIn } from "./stand-in";

const AWAY = "us-west-2";

let aws: StandIn;
beforeAll(async () => (aws = await StandIn.start()));
afterAll(() => aws.stop());
afterEach(() => aws.cloud.fault!({ kind: "clear" }));

const describeRegions = (client: EC2Client = aws.ec2()) =>
  errorName(client.send(new DescribeRegionsCommand({})));

test("the next calls are throttled, and then no more", async () => {
  await aws.cloud.fault!({ kind: "throttle", action: "DescribeRegions", skip: 1, times: 2 });
  const answers = [];
  for (let call = 0; call < 4; call++) answers.push(await describeRegions());
  expect(answers).toEqual(["no error", "RequestLimitExceeded", "RequestLimitExceeded", "no error"]);
});

test("the k-th block of an upload fails with the error that was asked for", async () => {
  const { SnapshotId: id } = await aws.ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }));
  await aws.cloud.fault!({
    kind: "error",
    action: "PutSnapshotBlock",
    code: "InternalServerException",
    status: 500,
    skip: 1,
  });
  const answers = [];
  for (const index of [0, 1, 2])
    answers.push(await errorName(aws.ebs().send(putBlock(id!, index, block(1)))));
  expect(answers).toEqual(["no error", "InternalServerException", "no error"]);
});

test("only requests of that account, region and path are struck", async () => {
  await aws.cloud.fault!({
    kind: "throttle",
    action: "DescribeRegions",
    account: "stranger",
    region: AWAY,
    times: 10,
  });
  expect(await describeRegions()).toBe("no error");
  expect(await describeRegions(aws.ec2(HOME, aws.stranger()))).toBe("no error");
  expect(await describeRegions(aws.ec2(AWAY, aws.stranger()))).toBe("RequestLimitExceeded");
});

test("a request that hangs ends at the client's own patience", async () => {
  await aws.cloud.fault!({ kind: "hang", action: "DescribeRegions" });
  const impatient = new EC2Client({
    endpoint: `http://127.0.0.1:${aws.cloud.port}`,
    region: HOME,
    credentials: aws.publisher(),
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: 200, throwOnRequestTimeout: true }),
  });
  expect(await describeRegions(impatient)).toBe("TimeoutError");
  impatient.destroy();
});

test("EBS direct's rate of an account can be met", async () => {
  const { SnapshotId: id } = await aws.ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }));
  await aws.cloud.fault!({ kind: "rate", action: "PutSnapshotBlock", perSecond: 0.001 });
  expect(await errorName(aws.ebs().send(putBlock(id!, 0, block(1))))).toBe("RequestThrottledException");
  await aws.cloud.fault!({ kind: "clear" });
  expect(await errorName(aws.ebs().send(putBlock(id!, 0, block(1))))).toBe("no error");
});

const snapshotOf = async (id: string, region: string) => {
  const { Images } = await aws.ec2(region).send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Images![0]!.BlockDeviceMappings![0]!.Ebs!.SnapshotId!;
};
const first = async (id: string, region: string) => {
  const { Blocks } = await aws.ebs(region).send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
  const { BlockIndex, BlockToken } = Blocks![0]!;
  const got = await aws
    .ebs(region)
    .send(new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex, BlockToken }));
  return checksum(await got.BlockData!.transformToByteArray());
};

test("a corrupt block is one of one snapshot: the source of a copy keeps its bytes", async () => {
  const source = await aws.image("source");
  const { ImageId: copy } = await aws
    .ec2(AWAY)
    .send(new CopyImageCommand({ Name: "copy", SourceImageId: source, SourceRegion: HOME }));
  const [original, copied] = [await snapshotOf(source, HOME), await snapshotOf(copy!, AWAY)];
  await aws.cloud.fault!({ kind: "corrupt", region: AWAY, snapshot: copied });
  expect(await first(copied, AWAY)).not.toBe(checksum(block(1)));
  expect(await first(original, HOME)).toBe(checksum(block(1)));
});

test("a bit that turns on the way is found by the block's checksum, and the next try is as it was sent", async () => {
  const { SnapshotId: id } = await aws.ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }));
  await aws.cloud.fault!({ kind: "flip", action: "PutSnapshotBlock", path: "/blocks/7" });
  const put = (index: number) => aws.ebs().send(putBlock(id!, index, block(1)));
  expect(await errorName(put(6))).toBe("no error");
  await expect(put(7)).rejects.toMatchObject({
    name: "InvalidSignatureException",
    message: expect.stringContaining("x-amz-Checksum") as string,
  });
  expect(await errorName(put(7))).toBe("no error");
});

test("storage that keeps a bit wrong says nothing: of an upload, or of one copy", async () => {
  await aws.cloud.fault!({ kind: "rot", region: AWAY });
  const source = await aws.image("rotten-copy");
  const { ImageId: copy } = await aws
    .ec2(AWAY)
    .send(new CopyImageCommand({ Name: "rotten-copy", SourceImageId: source, SourceRegion: HOME }));
  expect(await first(await snapshotOf(copy!, AWAY), AWAY)).not.toBe(checksum(block(1)));
  expect(await first(await snapshotOf(source, HOME), HOME)).toBe(checksum(block(1)));
  await aws.cloud.fault!({ kind: "rot", region: HOME });
  const uploaded = await aws.image("rotten-upload");
  expect(await first(await snapshotOf(uploaded, HOME), HOME)).not.toBe(checksum(block(1)));
});

test("permissions change behind the publisher's back", async () => {
  const id = await aws.image("image");
  await aws.ec2().send(shareImage(id, "all", "333333333333"));
  await aws.cloud.fault!({ kind: "share", region: HOME, image: id, remove: ["all"], add: ["444444444444"] });
  const { Images } = await aws.ec2().send(new DescribeImagesCommand({ ImageIds: [id] }));
  expect(Images![0]!.Public).toBe(false);
});

test.each([
  ["no object", "throttle", "a fault is a JSON object"],
  ["a kind that there is not", { kind: "explode" }, "there are throttle, error, expired"],
  ["no rate", { kind: "rate", operation: "PutSnapshotBlock" }, "perSecond is missing"],
  ["a share of more than all", { kind: "throttle", probability: 3 }, "probability: Too big"],
  [
    "a typing mistake",
    { kind: "throttle", action: "X", time: 3 },
    "time is not known (it takes service, region, account, operation",
  ],
  ["a region that there is not", { kind: "opt-in", region: "mars-1" }, "no region mars-1"],
  [
    "an account that there is not",
    { kind: "quota", account: "nobody", code: "L-0E3CBAB9", value: 1 },
    "there are publisher",
  ],
  ["a quota that there is not", { kind: "quota", code: "L-0", value: 1 }, "L-0E3CBAB9 (Public AMIs)"],
])("a fault with %s is refused with its cure", async (_what, fault, wanted) => {
  await expect(aws.cloud.fault!(fault)).rejects.toThrow(wanted);
});

const EC2 = () => aws.ec2().send(new DescribeRegionsCommand({}));
const EBS = () => aws.ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }));
const SSM = () => aws.ssm().send(new GetParameterCommand({ Name: "/none" }));

test.each([
  { fault: { kind: "throttle" }, call: EC2, name: "RequestLimitExceeded", status: 503 },
  { fault: { kind: "throttle" }, call: EBS, name: "RequestThrottledException", status: 400 },
  { fault: { kind: "throttle" }, call: SSM, name: "ThrottlingException", status: 400 },
  { fault: { kind: "error" }, call: EC2, name: "InternalError", status: 500 },
  { fault: { kind: "error", status: 503 }, call: EC2, name: "Unavailable", status: 503 },
  { fault: { kind: "error" }, call: EBS, name: "InternalServerException", status: 500 },
  { fault: { kind: "error" }, call: SSM, name: "InternalServerError", status: 500 },
  { fault: { kind: "expired" }, call: EC2, name: "RequestExpired", status: 400 },
  { fault: { kind: "expired" }, call: SSM, name: "ExpiredTokenException", status: 400 },
  { fault: { kind: "denied" }, call: EC2, name: "UnauthorizedOperation", status: 403 },
  { fault: { kind: "denied" }, call: EBS, name: "AccessDeniedException", status: 403 },
  { fault: { kind: "conflict" }, call: EBS, name: "ConflictException", status: 409 },
])("$fault.kind in the service's own words: $name", async ({ fault, call, name, status }) => {
  await aws.cloud.fault!(fault);
  await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
});

test("what was just made can be told as not there, what is in use as in use", async () => {
  const image = await aws.image("young");
  await aws.cloud.fault!({ kind: "absent", operation: "DescribeImages" });
  const look = () => errorName(aws.ec2().send(new DescribeImagesCommand({ ImageIds: [image] })));
  expect([await look(), await look()]).toEqual(["InvalidAMIID.NotFound", "no error"]);
  await aws.cloud.fault!({ kind: "conflict", operation: "DeleteSnapshot" });
  const snapshot = await snapshotOf(image, HOME);
  await expect(aws.ec2().send(new DeleteSnapshotCommand({ SnapshotId: snapshot }))).rejects.toMatchObject({
    name: "InvalidSnapshot.InUse",
    message: expect.stringContaining(snapshot) as string,
  });
});

test.each(["drop", "reset"])("%s: the connection breaks, and the next request is answered", async (kind) => {
  await aws.cloud.fault!({ kind });
  expect(await describeRegions()).not.toBe("no error");
  expect(await describeRegions()).toBe("no error");
});

test("a bit of an answer turns on its way, and only what is compared tells", async () => {
  const image = await aws.image("read");
  const snapshot = await snapshotOf(image, HOME);
  expect(await first(snapshot, HOME)).toBe(checksum(block(1)));
  await aws.cloud.fault!({ kind: "flip-answer", operation: "GetSnapshotBlock" });
  expect(await first(snapshot, HOME)).not.toBe(checksum(block(1)));
});

test("a copy fails, or stays pending", async () => {
  const source = await aws.image("copied");
  const copy = async (as: string) => {
    await aws.cloud.fault!({ kind: "copy", region: AWAY, as });
    const command = new CopyImageCommand({ Name: `copied-${as}`, SourceImageId: source, SourceRegion: HOME });
    const { ImageId } = await aws.ec2(AWAY).send(command);
    const { Images } = await aws.ec2(AWAY).send(new DescribeImagesCommand({ ImageIds: [ImageId!] }));
    return Images![0]!.State;
  };
  expect([await copy("failed"), await copy("hanging")]).toEqual(["failed", "pending"]);
});

test("an image is disabled, a region encrypts, and one is opted out of, behind the publisher's back", async () => {
  const image = await aws.image("disabled");
  await aws.cloud.fault!({ kind: "disable", region: HOME, image });
  const look = new DescribeImagesCommand({ ImageIds: [image], IncludeDisabled: true });
  expect((await aws.ec2().send(look)).Images![0]!.State).toBe("disabled");
  await aws.cloud.fault!({ kind: "encryption", region: AWAY });
  const asked = await aws.ec2(AWAY).send(new GetEbsEncryptionByDefaultCommand({}));
  expect(asked.EbsEncryptionByDefault).toBe(true);
  await aws.cloud.fault!({ kind: "encryption", region: AWAY, enabled: false });
  await aws.cloud.fault!({ kind: "opt-in", region: "eu-south-1" });
  expect(await describeRegions(aws.ec2("eu-south-1"))).toBe("no error");
  await aws.cloud.fault!({ kind: "opt-in", region: "eu-south-1", state: "not-opted-in" });
  expect(await describeRegions(aws.ec2("eu-south-1"))).toBe("AuthFailure");
});
