/** Requests of Terraform's AWS provider and AWS's responses to them, in cases where the stand-in used to differ. */
import {
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsDefaultKmsKeyIdCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import { askIam } from "../../../../rehearsal/plugins/aws/iam";
import { errorMessage, errorName, HOME, PUBLISHER, shareImage, StandIn, STRANGER } from "./stand-in";

let aws: StandIn;
beforeEach(async () => (aws = await StandIn.start()));
afterEach(() => aws.stop());

const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-rehearsal01";
const MANAGED = "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.";

async function snapshotOf(id: string): Promise<string> {
  const { Images } = await aws.ec2().send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Images![0]!.BlockDeviceMappings![0]!.Ebs!.SnapshotId!;
}

test("an image is registered with a location and a description that are sent and empty", async () => {
  const id = await aws.image("empty", { ImageLocation: "", Description: "" });
  expect(id).toMatch(/^ami-/);
});

test("IAM says whose key it is by its user, and by a role of its account", async () => {
  const iam = {
    endpoint: `http://127.0.0.1:${aws.cloud.port}`,
    credentials: async () => aws.publisher(),
  };
  expect(await askIam(iam, "GetUser")).toContain(`arn:aws:iam::${PUBLISHER}:user/`);
  expect(await askIam(iam, "ListRoles")).toContain(`arn:aws:iam::${PUBLISHER}:role/`);
  const wrong = { ...iam, credentials: async () => ({ ...aws.publisher(), secretAccessKey: "wrong" }) };
  await expect(askIam(wrong, "GetUser")).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

test("a deregistered image is not available to further calls of its owner, and not found by DescribeImages", async () => {
  const id = await aws.image("gone");
  await aws.ec2().send(new DeregisterImageCommand({ ImageId: id }));
  const attribute = new DescribeImageAttributeCommand({ ImageId: id, Attribute: "launchPermission" });
  expect(await errorName(aws.ec2().send(attribute))).toBe("InvalidAMIID.Unavailable");
  expect(await errorName(aws.ec2().send(shareImage(id, STRANGER)))).toBe("InvalidAMIID.Unavailable");
  expect(await errorName(aws.ec2().send(new DescribeImagesCommand({ ImageIds: [id] })))).toBe(
    "InvalidAMIID.NotFound",
  );
});

describe("encryption by default", () => {
  const share = (SnapshotId: string) =>
    new ModifySnapshotAttributeCommand({
      SnapshotId,
      CreateVolumePermission: { Add: [{ UserId: STRANGER }] },
    });

  test("under the AWS managed key lets nobody have the image or its snapshot", async () => {
    await aws.ec2().send(new EnableEbsEncryptionByDefaultCommand({}));
    const id = await aws.image("managed");
    expect((await aws.ec2().send(new GetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId).toBe("alias/aws/ebs");
    for (const who of [STRANGER, ORGANIZATION]) {
      expect(await errorName(aws.ec2().send(shareImage(id, who)))).toBe("InvalidParameter");
      expect(await errorMessage(aws.ec2().send(shareImage(id, who)))).toBe(MANAGED);
    }
    const shared = aws.ec2().send(share(await snapshotOf(id)));
    expect(await errorMessage(shared)).toBe("Encrypted snapshots with EBS default key cannot be shared");
  });

  test("under another key can be shared with accounts", async () => {
    const key = `arn:aws:kms:${HOME}:${PUBLISHER}:key/11111111-1111-4111-8111-111111111111`;
    await aws.ec2().send(new EnableEbsEncryptionByDefaultCommand({}));
    await aws.ec2().send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: key }));
    const id = await aws.image("chosen");
    await aws.ec2().send(share(await snapshotOf(id)));
    await aws.ec2().send(shareImage(id, STRANGER));
    expect((await aws.ec2().send(new GetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId).toBe(key);
  });
});
