/** EC2. Cloud Custodian's recordings (placebo) hold the SDK's parsed response. */
import { ABSENT, DATE, type Exchange, FLAG, NUMBER, TEXT } from "../../exchange";

const placebo = (name: string, date: string) => ({
  source: `github.com/cloud-custodian/cloud-custodian tests/data/placebo/${name}`,
  date,
});
/** An example of the reference: the response as the command line prints it, which is the SDK's. */
const reference = (command: string) => ({
  source: `github.com/aws/aws-cli awscli/examples/ec2/${command}.rst (read 2026-11-29)`,
  date: "not shown",
});
const fine = { status: 200 };
const refusal = (Code: string, Message: RegExp, status = 400) => ({ status, body: { Code, Message } });

export const EC2: readonly Exchange[] = [
  {
    id: "ec2/snapshots",
    operation: "EC2 DescribeSnapshots",
    ...placebo("test_ebs_snapshot_default_description", "2022-03-01"),
    ...fine,
    body: {
      Snapshots: [
        {
          SnapshotId: /^snap-[0-9a-f]+$/,
          OwnerId: /^\d{12}$/,
          Description: TEXT,
          Encrypted: FLAG,
          Progress: /^(\d+%)?$/,
          StartTime: DATE,
          State: /^(pending|completed)$/,
          VolumeId: /^vol-/,
          VolumeSize: NUMBER,
        },
      ],
    },
  },
  {
    id: "ec2/snapshots/gone",
    operation: "EC2 DescribeSnapshots",
    when: "there is no such snapshot",
    ...placebo("test_ebs_snapshot_*", "2021"),
    ...refusal("InvalidSnapshot.NotFound", /^The snapshot '\S+' does not exist\.$/),
    failure: { kind: "absent", says: /does not exist/ },
  },
  {
    id: "ec2/delete-snapshot",
    operation: "EC2 DeleteSnapshot",
    ...placebo("test_ebs_snapshot_delete", "2016"),
    ...fine,
  },
  {
    id: "ec2/create-tags",
    operation: "EC2 CreateTags",
    ...placebo("test_ebs_snapshot_copy", "2016-06-27"),
    ...fine,
  },
  {
    id: "ec2/delete-tags",
    operation: "EC2 DeleteTags",
    ...placebo("test_asg_tag", "not shown"),
    ...fine,
  },
  {
    id: "ec2/snapshot-attribute",
    operation: "EC2 DescribeSnapshotAttribute",
    ...placebo("test_ebs_snapshot_set_permissions_add", "2020-10-14"),
    ...fine,
    body: { SnapshotId: TEXT, CreateVolumePermissions: [{ UserId: /^\d{12}$/ }] },
  },
  {
    id: "ec2/modify-snapshot",
    operation: "EC2 ModifySnapshotAttribute",
    ...placebo("test_ebs_snapshot_set_permissions_add", "2020-10-14"),
    ...fine,
  },
  {
    id: "ec2/modify-snapshot/default-key",
    operation: "EC2 ModifySnapshotAttribute",
    when: "the snapshot is encrypted under the default key",
    source: "github.com/hashicorp/packer/issues/7499",
    date: "2019-04-13",
    ...refusal("OperationNotPermitted", /^Encrypted snapshots with EBS default key cannot be shared/),
    failure: { kind: "refused", says: /OperationNotPermitted: Encrypted snapshots/ },
    unplayed: "asked of the stand-in in test/integration/rehearsal/aws/sharing.test.ts",
  },
  {
    id: "ec2/copy-snapshot",
    operation: "EC2 CopySnapshot",
    ...placebo("test_ebs_snapshot_copy", "2016-06-27"),
    ...fine,
    body: { SnapshotId: /^snap-[0-9a-f]+$/ },
  },
  {
    id: "ec2/copy-snapshot/too-many",
    operation: "EC2 CopySnapshot",
    when: "too many copies are in flight",
    source: "github.com/aws-samples/copy-encrypted-ami/issues/3",
    date: "2018-11-05",
    ...refusal(
      "ResourceLimitExceeded",
      /^Too many snapshot copies in progress\. The limit is \d+ for this destination region\.$/,
    ),
    failure: { kind: "refused", says: /ResourceLimitExceeded: Too many snapshot copies/ },
    unplayed:
      "needs copies in flight, and so a clock; asked in test/integration/rehearsal/aws/images.test.ts",
  },
  {
    id: "ec2/copy-image",
    operation: "EC2 CopyImage",
    source: "github.com/boto/boto3/issues/3493",
    date: "2022-11-14",
    ...fine,
    body: { ImageId: /^ami-[0-9a-f]+$/ },
  },
  {
    id: "ec2/images",
    operation: "EC2 DescribeImages",
    ...placebo("test_ami_with_last_launched_time", "2022-10"),
    ...fine,
    body: {
      Images: [
        {
          ImageId: TEXT,
          OwnerId: /^\d{12}$/,
          Name: TEXT,
          Architecture: "x86_64",
          CreationDate: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
          ImageLocation: /^\d{12}\/.+/,
          ImageType: "machine",
          Public: FLAG,
          PlatformDetails: "Linux/UNIX",
          UsageOperation: "RunInstances",
          State: "available",
          BlockDeviceMappings: [
            {
              DeviceName: TEXT,
              Ebs: {
                DeleteOnTermination: FLAG,
                SnapshotId: TEXT,
                VolumeSize: NUMBER,
                VolumeType: TEXT,
                Encrypted: FLAG,
              },
            },
          ],
          EnaSupport: true,
          Hypervisor: "xen",
          RootDeviceName: TEXT,
          RootDeviceType: "ebs",
          VirtualizationType: "hvm",
          LastLaunchedTime: ABSENT,
        },
      ],
    },
  },
  {
    id: "ec2/image-attribute",
    operation: "EC2 DescribeImageAttribute",
    ...placebo("test_ami_set_perms", "2022"),
    ...fine,
    body: { ImageId: TEXT, LaunchPermissions: [{ Group: "all" }] },
  },
  {
    id: "ec2/modify-image",
    operation: "EC2 ModifyImageAttribute",
    ...placebo("test_ami_set_perms", "2022"),
    ...fine,
  },
  {
    id: "ec2/modify-image/blocked",
    operation: "EC2 ModifyImageAttribute",
    when: "block public access is on",
    source: "github.com/hortonworks/cloudbreak-images/pull/926",
    date: "2023-11-23",
    ...refusal("OperationNotPermitted", /block public access/i),
    failure: { kind: "refused", says: /OperationNotPermitted/ },
  },
  {
    id: "ec2/modify-image/quota",
    operation: "EC2 ModifyImageAttribute",
    when: "the quota of public images is used up",
    source: "github.com/iterative/studio-selfhosted/pull/90",
    date: "2024-05-23",
    ...refusal(
      "ResourceLimitExceeded",
      /^You have reached your quota of \d+ for the number of public images allowed in this Region\./,
    ),
    failure: { kind: "refused", says: /ResourceLimitExceeded: You have reached your quota/ },
  },
  {
    id: "ec2/deregister",
    operation: "EC2 DeregisterImage",
    ...placebo("test_ami_deregister_delete_snap", "2019-03-01"),
    ...fine,
  },
  {
    id: "ec2/deprecate",
    operation: "EC2 EnableImageDeprecation",
    ...reference("enable-image-deprecation"),
    ...fine,
    body: { Return: true },
  },
  {
    id: "ec2/deprecate/young",
    operation: "EC2 EnableImageDeprecation",
    when: "the copy is too young to be known",
    source: "github.com/hashicorp/packer-plugin-amazon/issues/259",
    date: "2022-08-23",
    ...refusal("InvalidAMIID.NotFound", /^Invalid ImageId: ami-/),
    failure: { kind: "absent", says: /InvalidAMIID\.NotFound/ },
    differs: { "body.Message": "the stand-in has DescribeImages' words; the product goes by the code" },
  },
  {
    id: "ec2/undeprecate",
    operation: "EC2 DisableImageDeprecation",
    ...reference("disable-image-deprecation"),
    ...fine,
    body: { Return: true },
  },
  {
    id: "ec2/regions",
    operation: "EC2 DescribeRegions",
    ...placebo("test_aws_policy_global_expand", "not shown"),
    ...fine,
    body: { Regions: [{ RegionName: TEXT, Endpoint: /^ec2\..+\.amazonaws\.com$/, OptInStatus: TEXT }] },
  },
  {
    id: "ec2/block-public-access",
    operation: "EC2 GetImageBlockPublicAccessState",
    ...placebo("test_ami_block_public_access_enabled", "not shown"),
    ...fine,
    body: { ImageBlockPublicAccessState: /^(block-new-sharing|unblocked)$/, ManagedBy: "account" },
  },
  {
    id: "ec2/encryption-by-default",
    operation: "EC2 GetEbsEncryptionByDefault",
    ...placebo("test_account_disable_ebs_encrypt", "2019-07-10"),
    ...fine,
    body: { EbsEncryptionByDefault: FLAG },
  },
  {
    id: "ec2/default-key",
    operation: "EC2 GetEbsDefaultKmsKeyId",
    ...placebo("test_account_disable_ebs_encrypt", "2019-07-10"),
    ...fine,
    body: { KmsKeyId: /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/.+/ },
    differs: {
      "body.KmsKeyId":
        "recorded of an account with a key of its own; the stand-in's has AWS's, alias/aws/ebs, as in the API reference's example",
    },
  },
  {
    id: "ec2/run-instances",
    operation: "EC2 RunInstances",
    ...placebo("test_notify_region_var, test_unused_ami_true", "2017-11-21, 2016-10-20"),
    ...fine,
    unplayed:
      "an instance of the stand-in is a virtual machine; asked in test/integration/rehearsal/aws/instances.test.ts",
  },
  {
    id: "ec2/instances",
    operation: "EC2 DescribeInstances",
    ...placebo("test_notify_region_var, test_unused_ami_true", "2017-11-21, 2016-10-20"),
    ...fine,
    unplayed:
      "an instance of the stand-in is a virtual machine; asked in test/integration/rehearsal/aws/instances.test.ts",
  },
  {
    id: "ec2/terminate",
    operation: "EC2 TerminateInstances",
    ...placebo("test_ec2_terminate", "2016-11-06"),
    ...fine,
    body: {
      TerminatingInstances: [
        {
          InstanceId: TEXT,
          CurrentState: { Code: 32, Name: "shutting-down" },
          PreviousState: { Code: NUMBER, Name: TEXT },
        },
      ],
    },
    unplayed:
      "an instance of the stand-in is a virtual machine; asked in test/integration/rehearsal/aws/instances.test.ts",
  },
  {
    id: "ec2/snapshot-block-public-access",
    operation: "EC2 GetSnapshotBlockPublicAccessState",
    ...reference("get-snapshot-block-public-access-state"),
    ...fine,
    body: { State: /^(block-all-sharing|block-new-sharing|unblocked)$/ },
  },
  {
    id: "ec2/register",
    operation: "EC2 RegisterImage",
    ...reference("register-image"),
    ...fine,
    body: { ImageId: /^ami-[0-9a-f]+$/ },
  },
  {
    id: "ec2/instance-types",
    operation: "EC2 DescribeInstanceTypes",
    ...reference("describe-instance-types"),
    ...fine,
    body: {
      InstanceTypes: [
        {
          InstanceType: TEXT,
          BareMetal: FLAG,
          Hypervisor: TEXT,
          ProcessorInfo: { SupportedArchitectures: [TEXT] },
          NetworkInfo: { EnaSupport: TEXT },
        },
      ],
    },
    differs: { "body.InstanceTypes[].BareMetal": "nothing of ours reads it" },
  },
  {
    id: "ec2/console",
    operation: "EC2 GetConsoleOutput",
    ...reference("get-console-output"),
    ...fine,
    body: { InstanceId: /^i-[0-9a-f]+$/, Timestamp: DATE, Output: TEXT },
    unplayed: "needs a machine; asked of the stand-in in test/integration/rehearsal/aws/instances.test.ts",
  },
];
