/**
 * Values that DescribeImages may begin to return for an AMI, for every ForceNew property but its name, region and
 * snapshot. For an AMI that was registered without IMDSv2, which can be switched on and not off again.
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
