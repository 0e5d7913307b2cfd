import type {
  BlockDeviceMapping,
  EbsBlockDevice,
  RegisterImageRequest,
  RegisterImageResult,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { BlockDevice } from "../state/records";
import { findSnapshot, snapshotState } from "./find-snapshot";
import { checkDescription, checkFree, checkName, newImage } from "./new-image";
import { tagsFor } from "./tags";

const ARCHITECTURES = ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"];
const BOOT_MODES = ["legacy-bios", "uefi", "uefi-preferred"];
/** Volume types, with the IOPS they can be given (`EbsBlockDevice` of @aws-sdk/client-ec2). */
const VOLUMES: Readonly<Record<string, { iops?: readonly [number, number]; required?: true }>> = {
  standard: {},
  gp2: {},
  gp3: { iops: [3000, 80_000] },
  io1: { iops: [100, 64_000], required: true },
  io2: { iops: [100, 256_000], required: true },
  sc1: {},
  st1: {},
};
const THROUGHPUT = [125, 2000] as const;

export const registerActions = {
  RegisterImage(input: RegisterImageRequest, call: Call): RegisterImageResult {
    checkName(input.Name!);
    checkFree(input.Name!, call);
    checkDescription(input.Description);
    checkBoot(input);
    const devices = (input.BlockDeviceMappings ?? []).map((mapping) => readDevice(mapping, call));
    const root = devices.find((device) => device.deviceName === input.RootDeviceName);
    if (!input.RootDeviceName || devices.length === 0) {
      throw new AwsError(
        "MissingParameter",
        "The request must contain the parameter rootDeviceName and a block device mapping",
      );
    }
    if (!root?.ebs?.snapshotId) {
      throw new AwsError(
        "InvalidBlockDeviceMapping",
        `The root device '${input.RootDeviceName}' must be mapped to an EBS snapshot`,
      );
    }
    const tags = tagsFor("image", input.TagSpecifications, ["image"]);
    const image = newImage(call, {
      name: input.Name!,
      description: input.Description,
      // EC2's defaults; an image registered without these two boots on no current instance type.
      architecture: input.Architecture ?? "i386",
      virtualizationType: input.VirtualizationType ?? "paravirtual",
      rootDeviceName: input.RootDeviceName,
      devices,
      bootMode: input.BootMode,
      tpmSupport: input.TpmSupport,
      uefiData: input.UefiData,
      imdsSupport: input.ImdsSupport,
      sriovNetSupport: input.SriovNetSupport,
      enaSupport: input.EnaSupport ?? false,
      availableAt: call.world.after("imageRegistered"),
      tags,
    });
    return { ImageId: image.id };
  },
} satisfies Actions;

function checkBoot(input: RegisterImageRequest): void {
  oneOf("architecture", input.Architecture, ARCHITECTURES);
  oneOf("bootMode", input.BootMode, BOOT_MODES);
  oneOf("tpmSupport", input.TpmSupport, ["v2.0"]);
  oneOf("imdsSupport", input.ImdsSupport, ["v2.0"]);
  oneOf("virtualizationType", input.VirtualizationType, ["hvm", "paravirtual"]);
  oneOf("sriovNetSupport", input.SriovNetSupport, ["simple"]);
  // Terraform's provider always sends the parameter, empty (ec2_ami.go, `resourceAMICreate`), and EC2 ignores an
  // empty one.
  if (input.ImageLocation) {
    throw new AwsError("UnsupportedOperation", "Instance store-backed images are not supported here");
  }
  if (input.Architecture === "arm64" && input.BootMode !== undefined && input.BootMode !== "uefi") {
    throw new AwsError(
      "InvalidParameterCombination",
      `Boot mode ${input.BootMode} is not valid for architecture arm64`,
    );
  }
  if (input.TpmSupport !== undefined && input.BootMode !== "uefi") {
    throw new AwsError("InvalidParameterCombination", "TpmSupport v2.0 requires the boot mode uefi");
  }
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw new AwsError("InvalidParameterValue", `Value (${value}) for parameter ${name} is invalid.`);
  }
}

function readDevice(mapping: BlockDeviceMapping, call: Call): BlockDevice {
  const deviceName = mapping.DeviceName ?? "";
  if (!/^(\/dev\/)?[a-z]+[0-9]*[a-z]*[0-9]*$/.test(deviceName)) {
    throw new AwsError("InvalidBlockDeviceMapping", `Invalid device name ${deviceName}`);
  }
  return {
    deviceName,
    virtualName: mapping.VirtualName,
    noDevice: mapping.NoDevice !== undefined || undefined,
    ebs: mapping.Ebs && readEbs(deviceName, mapping.Ebs, call),
  };
}

function readEbs(deviceName: string, ebs: EbsBlockDevice, call: Call): BlockDevice["ebs"] {
  oneOf("volumeType", ebs.VolumeType, Object.keys(VOLUMES));
  checkPerformance(ebs.VolumeType ?? "standard", ebs);
  const snapshot = ebs.SnapshotId === undefined ? undefined : findSnapshot(ebs.SnapshotId, call);
  if (snapshot && snapshotState(snapshot, call) !== "completed") {
    throw new AwsError("IncorrectState", `The snapshot '${snapshot.id}' is not in the completed state.`);
  }
  if (snapshot && ebs.Encrypted !== undefined) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `The parameter encrypted cannot be specified for the snapshot of device ${deviceName}`,
    );
  }
  const size = ebs.VolumeSize ?? snapshot?.volumeSize;
  if (size === undefined) {
    throw new AwsError(
      "MissingParameter",
      `The request must contain a size or a snapshot for device ${deviceName}`,
    );
  }
  if (snapshot && size < snapshot.volumeSize) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${size}GB is smaller than snapshot '${snapshot.id}', expect size >= ${snapshot.volumeSize}GB`,
    );
  }
  return {
    snapshotId: snapshot?.id,
    volumeSize: size,
    volumeType: ebs.VolumeType ?? "standard",
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
    encrypted: snapshot?.kmsKeyId !== undefined || (ebs.Encrypted ?? false),
    iops: ebs.Iops,
    throughput: ebs.Throughput,
  };
}

/** A volume type has a fixed, an optional or a required performance setting. */
function checkPerformance(type: string, { Iops, Throughput }: EbsBlockDevice): void {
  const { iops, required } = VOLUMES[type] ?? {};
  if (required && Iops === undefined) {
    throw new AwsError("MissingParameter", `The parameter iops must be specified for ${type} volumes.`);
  }
  for (const [name, value, range] of [
    ["iops", Iops, iops],
    ["throughput", Throughput, type === "gp3" ? THROUGHPUT : undefined],
  ] as const) {
    if (value === undefined) continue;
    if (!range) {
      throw new AwsError(
        "InvalidParameterCombination",
        `The parameter ${name} is not supported for ${type} volumes.`,
      );
    }
    if (value < range[0] || value > range[1]) {
      throw new AwsError(
        "InvalidParameterValue",
        `Value (${value}) for parameter ${name} of ${type} volumes is invalid: ${range[0]} to ${range[1]}.`,
      );
    }
  }
}
