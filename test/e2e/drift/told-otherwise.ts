/**
 * What DescribeImages may say of an AMI from some day on, for every ForceNew property but its name, region and snapshot. Of
 * IMDSv2 that can be switched on, and not off again, on an AMI that was registered without it.
 */
export const TOLD_OTHERWISE = {
  Architecture: "arm64",
  BootMode: "legacy-bios",
  EnaSupport: false,
  ImageLocation: "elsewhere",
  ImdsSupport: "v2.0",
  KernelId: "aki-00000001",
  RamdiskId: "ari-00000001",
  SriovNetSupport: "",
  TpmSupport: "v2.0",
  VirtualizationType: "paravirtual",
};
