import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import * as ec2 from "@aws-sdk/client-ec2";
import { CreateKeyCommand, GetPublicKeyCommand, SignCommand } from "@aws-sdk/client-kms";
import * as ssm from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { block, HOME, putBlock, shareImage, StandIn } from "../integration/rehearsal/aws/stand-in";
import type { Played } from "./exchange";
import { RECORDED } from "./recorded";
import { compareAll, type Plays, playAll } from "./stand-in";

interface SdkAnswer {
  $metadata?: { httpStatusCode?: number };
  [member: string]: unknown;
}
interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number };
  Reason?: string;
}

/** A response as the SDK parses it; an error as Code, Message and Reason. */
async function answered(call: Promise<unknown>): Promise<Played> {
  try {
    const { $metadata, ...body } = (await call) as SdkAnswer;
    return { status: $metadata?.httpStatusCode ?? 0, body };
  } catch (error) {
    const { name, message, Reason, $metadata } = error as SdkError;
    const Message = message === "UnknownError" ? undefined : message;
    return { status: $metadata?.httpStatusCode ?? 0, body: { Code: name, Message, Reason } };
  }
}

const complete = (SnapshotId: string, ChangedBlocksCount: number, Checksum?: string) =>
  new CompleteSnapshotCommand({
    SnapshotId,
    ChangedBlocksCount,
    ...(Checksum !== undefined && {
      Checksum,
      ChecksumAlgorithm: "SHA256",
      ChecksumAggregationMethod: "LINEAR",
    }),
  });
const ZEROS = Buffer.alloc(32).toString("base64");

let aws: StandIn;
let played: Plays;

async function play(): Promise<Plays> {
  const ebs = aws.ebs();
  const home = aws.ec2();
  const start = async (blocks = 1) => {
    const { SnapshotId = "" } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
    for (let index = 0; index < blocks; index++) await ebs.send(putBlock(SnapshotId, index, block(1)));
    return SnapshotId;
  };
  const stateOf = async (id: string) => {
    const { Snapshots } = await home.send(new ec2.DescribeSnapshotsCommand({ SnapshotIds: [id] }));
    return Snapshots?.[0]?.State ?? "none";
  };
  const ended = async (id: string, command: CompleteSnapshotCommand): Promise<Played> => {
    const before = await stateOf(id);
    const answer = await answered(ebs.send(command));
    return { ...answer, states: [before, await stateOf(id)] };
  };
  const [wrongCount, wrongSum, open] = [await start(), await start(), await start()];
  const tags = [{ Key: "a", Value: "b" }];
  const named = { VolumeSize: 1, Description: "Test snapshot", Tags: tags };
  const whole = await start(2);
  const image = await aws.image("contract");
  const snapshot = await aws.snapshot();
  const { Blocks = [] } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: snapshot }));
  const token = Blocks[0]?.BlockToken ?? "";
  const { KeyMetadata } = await aws
    .kms()
    .send(new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }));
  const key = KeyMetadata?.KeyId ?? "";
  const sign = (KeyId: string, Message: Buffer) =>
    aws
      .kms()
      .send(new SignCommand({ KeyId, Message, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" }));
  const parameter = { ResourceType: "Parameter", ResourceId: "/a/b" } as const;
  const fault = (what: object) => aws.cloud.fault?.(what);

  return playAll({
    "ebs/start": () => answered(ebs.send(new StartSnapshotCommand({ ...named, Encrypted: false }))),
    "ebs/start/other-request": async () => {
      await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ClientToken: "one" }));
      return answered(ebs.send(new StartSnapshotCommand({ VolumeSize: 2, ClientToken: "one" })));
    },
    "ebs/put": () => answered(ebs.send(putBlock(open, 257, block(2)))),
    "ebs/put/other-checksum": () => answered(ebs.send(putBlock(open, 1, block(2), ZEROS))),
    "ebs/put/slow": async () => {
      const words = { message: "Failed to read block data", reason: "INVALID_PARAMETER_VALUE", status: 400 };
      await fault({ kind: "error", action: "PutSnapshotBlock", code: "ValidationException", ...words });
      return answered(ebs.send(putBlock(open, 1, block(2))));
    },
    "ebs/put/beyond": () => answered(ebs.send(putBlock(open, 450_000, block(2)))),
    "ebs/put/unknown-id": () => answered(ebs.send(putBlock("snap-12340000000000000", 1, block(2)))),
    "ebs/put/young": () => answered(ebs.send(putBlock("snap-00000000000000001", 1, block(2)))),
    "ebs/complete/no-checksum": () => answered(ebs.send(complete(whole, 2, "Abracadabra!"))),
    "ebs/complete": () => ended(whole, complete(whole, 2)),
    "ebs/complete/other-count": () => ended(wrongCount, complete(wrongCount, 0)),
    "ebs/complete/other-checksum": () => ended(wrongSum, complete(wrongSum, 1, ZEROS)),
    "ebs/complete/unknown-id": () => answered(ebs.send(complete("snap-12340000000000000", 1))),
    "ebs/list": () => answered(ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: snapshot }))),
    "ebs/list/no-id": () => answered(ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: "snap-THING" }))),
    "ebs/list/too-few": () =>
      answered(ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: snapshot, MaxResults: 99 }))),
    "ebs/list/bad-token": () =>
      answered(ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: snapshot, NextToken: "AQID" }))),
    "ebs/list/gone": () =>
      answered(ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: "snap-00000000000000001" }))),
    "ebs/get": () =>
      answered(
        ebs.send(new GetSnapshotBlockCommand({ SnapshotId: snapshot, BlockIndex: 0, BlockToken: token })),
      ),
    "ebs/get/bad-token": () =>
      answered(
        ebs.send(new GetSnapshotBlockCommand({ SnapshotId: snapshot, BlockIndex: 9, BlockToken: token })),
      ),
    "ec2/snapshots": () => answered(home.send(new ec2.DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }))),
    "ec2/snapshots/gone": () =>
      answered(home.send(new ec2.DescribeSnapshotsCommand({ SnapshotIds: ["snap-00000000000000001"] }))),
    "ec2/create-tags": () =>
      answered(home.send(new ec2.CreateTagsCommand({ Resources: [snapshot], Tags: tags }))),
    "ec2/delete-tags": () =>
      answered(home.send(new ec2.DeleteTagsCommand({ Resources: [snapshot], Tags: tags }))),
    "ec2/modify-snapshot": () =>
      answered(
        home.send(
          new ec2.ModifySnapshotAttributeCommand({
            SnapshotId: snapshot,
            CreateVolumePermission: { Add: [{ UserId: "222222222222" }] },
          }),
        ),
      ),
    "ec2/snapshot-attribute": () =>
      answered(
        home.send(
          new ec2.DescribeSnapshotAttributeCommand({
            SnapshotId: snapshot,
            Attribute: "createVolumePermission",
          }),
        ),
      ),
    "ec2/copy-snapshot": () =>
      answered(
        aws
          .ec2("us-west-2")
          .send(new ec2.CopySnapshotCommand({ SourceRegion: HOME, SourceSnapshotId: snapshot })),
      ),
    "ec2/copy-image": () =>
      answered(
        aws
          .ec2("us-west-2")
          .send(new ec2.CopyImageCommand({ Name: "copy", SourceImageId: image, SourceRegion: HOME })),
      ),
    "ec2/images": () => answered(home.send(new ec2.DescribeImagesCommand({ ImageIds: [image] }))),
    "ec2/modify-image/quota": async () => {
      await fault({ kind: "quota", code: "L-0E3CBAB9", value: 0, region: HOME });
      const answer = await answered(home.send(shareImage(image, "all")));
      await fault({ kind: "quota", code: "L-0E3CBAB9", value: 5, region: HOME });
      return answer;
    },
    "ec2/modify-image/blocked": async () => {
      await fault({ kind: "block-public-access", region: HOME, state: "block-new-sharing" });
      const answer = await answered(home.send(shareImage(image, "all")));
      await fault({ kind: "block-public-access", region: HOME, state: "unblocked" });
      return answer;
    },
    "ec2/modify-image": () => answered(home.send(shareImage(image, "all"))),
    "ec2/image-attribute": () =>
      answered(
        home.send(new ec2.DescribeImageAttributeCommand({ ImageId: image, Attribute: "launchPermission" })),
      ),
    "ec2/deprecate": () =>
      answered(
        home.send(
          new ec2.EnableImageDeprecationCommand({
            ImageId: image,
            DeprecateAt: new Date(Date.now() + 86_400_000 * 30),
          }),
        ),
      ),
    "ec2/deprecate/young": () =>
      answered(
        home.send(
          new ec2.EnableImageDeprecationCommand({
            ImageId: "ami-00000000000000001",
            DeprecateAt: new Date(Date.now() + 86_400_000 * 30),
          }),
        ),
      ),
    "ec2/undeprecate": () => answered(home.send(new ec2.DisableImageDeprecationCommand({ ImageId: image }))),
    "ec2/regions": () => answered(home.send(new ec2.DescribeRegionsCommand({ AllRegions: true }))),
    "ec2/block-public-access": () => answered(home.send(new ec2.GetImageBlockPublicAccessStateCommand({}))),
    "ec2/encryption-by-default": () => answered(home.send(new ec2.GetEbsEncryptionByDefaultCommand({}))),
    "ec2/default-key": () => answered(home.send(new ec2.GetEbsDefaultKmsKeyIdCommand({}))),
    "ec2/snapshot-block-public-access": () =>
      answered(home.send(new ec2.GetSnapshotBlockPublicAccessStateCommand({}))),
    "ec2/instance-types": () =>
      answered(home.send(new ec2.DescribeInstanceTypesCommand({ InstanceTypes: ["t3.micro"] }))),
    "ec2/register": () =>
      answered(
        home.send(
          new ec2.RegisterImageCommand({
            Name: "registered",
            Architecture: "x86_64",
            RootDeviceName: "/dev/xvda",
            VirtualizationType: "hvm",
            BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: whole } }],
          }),
        ),
      ),
    "ec2/deregister": () => answered(home.send(new ec2.DeregisterImageCommand({ ImageId: image }))),
    "ec2/delete-snapshot": () => answered(home.send(new ec2.DeleteSnapshotCommand({ SnapshotId: snapshot }))),
    "ssm/put": () =>
      answered(aws.ssm().send(new ssm.PutParameterCommand({ Name: "/a/b", Type: "String", Value: "1" }))),
    "ssm/put/too-many": async () => {
      await aws.cloud.fault!({ kind: "conflict", operation: "PutParameter" });
      return answered(
        aws.ssm().send(new ssm.PutParameterCommand({ Name: "/a/c", Type: "String", Value: "1" })),
      );
    },
    "ssm/get": () => answered(aws.ssm().send(new ssm.GetParameterCommand({ Name: "/a/b" }))),
    "ssm/get-many": () => answered(aws.ssm().send(new ssm.GetParametersCommand({ Names: ["/a/b"] }))),
    "ssm/describe": () => answered(aws.ssm().send(new ssm.DescribeParametersCommand({}))),
    "ssm/tag": () => answered(aws.ssm().send(new ssm.AddTagsToResourceCommand({ ...parameter, Tags: tags }))),
    "ssm/tags": () => answered(aws.ssm().send(new ssm.ListTagsForResourceCommand(parameter))),
    "ssm/untag": () =>
      answered(aws.ssm().send(new ssm.RemoveTagsFromResourceCommand({ ...parameter, TagKeys: ["a"] }))),
    "ssm/delete": () => answered(aws.ssm().send(new ssm.DeleteParameterCommand({ Name: "/a/b" }))),
    "ssm/delete/gone": () => answered(aws.ssm().send(new ssm.DeleteParameterCommand({ Name: "/a/b" }))),
    "sts/identity": () => answered(aws.sts().send(new GetCallerIdentityCommand({}))),
    "kms/public-key": () => answered(aws.kms().send(new GetPublicKeyCommand({ KeyId: key }))),
    "kms/sign": () => answered(sign(key, Buffer.alloc(32, 1))),
    "kms/sign/bad-digest": () => answered(sign(key, Buffer.alloc(16, 1))),
    "kms/sign/gone": () => answered(sign("00000000-0000-0000-0000-000000000000", Buffer.alloc(32, 1))),
  });
}

beforeAll(async () => {
  aws = await StandIn.start();
  played = await play();
}, 60_000);
afterAll(() => aws.stop());

compareAll(RECORDED.aws, () => played);
