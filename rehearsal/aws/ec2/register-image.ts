import type {
  BlockDeviceMapping,
  CopyImageRequest,
  CopyImageResult,
  EbsBlockDevice,
  RegisterImageRequest,
  RegisterImageResult,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { PRIVATE, type BlockDevice, type Image } from "../state/records";
import { findImage, imageState } from "./find-image";
import { findSnapshot, maySnapshot, snapshotState } from "./find-snapshot";
import { IMAGES, quota } from "./quotas";
import { checkSourceRegion, copySnapshot } from "./snapshots";
import { tagsFor } from "./tags";

const ARCHITECTURES = ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"];
const BOOT_MODES = ["legacy-bios", "uefi", "uefi-preferred"];
const VOLUME_TYPES = ["standard", "gp2", "gp3", "io1", "io2", "sc1", "st1"];

export const registerActions = {
  RegisterImage(input: RegisterImageRequest, call: Call): RegisterImageResult {
    checkName(input.Name!, call);
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
      // What EC2 falls back to; whoever forgets these two gets an image that no current instance type boots.
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

  /**
   * A copy belongs to the copier, as do its snapshots. It takes neither launch permissions, snapshot permissions nor
   * the deprecation date along, and tags only when asked to.
   */
  CopyImage(input: CopyImageRequest, call: Call): CopyImageResult {
    const request = JSON.stringify({ ...input, ClientToken: undefined, DryRun: undefined });
    if (input.ClientToken !== undefined) {
      const before = call.world.tokenAnswer(call.account.id, call.region, "CopyImage", input.ClientToken);
      if (before && before.request !== request) {
        throw new AwsError(
          "IdempotentParameterMismatch",
          `The client token '${input.ClientToken}' was used before with other parameters.`,
        );
      }
      if (before) return { ImageId: before.answer };
    }
    checkSourceRegion(input.SourceRegion!);
    checkName(input.Name!, undefined);
    checkDescription(input.Description);
    for (const outpost of [
      "DestinationOutpostArn",
      "DestinationAvailabilityZone",
      "DestinationAvailabilityZoneId",
    ]) {
      if (input[outpost as keyof CopyImageRequest] !== undefined) {
        throw new AwsError(
          "UnsupportedOperation",
          `${outpost} is not supported here: no Outposts or Local Zones`,
        );
      }
    }
    const source = findImage(input.SourceImageId!, call, input.SourceRegion);
    if (imageState(source, call) !== "available") {
      throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${source.id}' is not available`);
    }
    const given = ["image", "snapshot"];
    const snapshotTags = tagsFor("snapshot", input.TagSpecifications, given);
    const imageTags = tagsFor("image", input.TagSpecifications, given);
    checkStorage(source, call);
    const id = call.world.newId("ami");
    const devices = source.devices.map((device) => copyDevice(device, source, id, input, snapshotTags, call));
    newImage(call, {
      id,
      name: input.Name!,
      description: input.Description,
      architecture: source.architecture,
      virtualizationType: source.virtualizationType,
      rootDeviceName: source.rootDeviceName,
      devices,
      bootMode: source.bootMode,
      tpmSupport: source.tpmSupport,
      uefiData: source.uefiData,
      imdsSupport: source.imdsSupport,
      sriovNetSupport: source.sriovNetSupport,
      enaSupport: source.enaSupport,
      availableAt: call.world.after("imageCopied"),
      tags: { ...(input.CopyImageTags && source.owner === call.account.id ? source.tags : {}), ...imageTags },
      source: { id: source.id, region: source.region },
    });
    if (input.ClientToken !== undefined) {
      call.world.rememberToken(call.account, call.region, "CopyImage", input.ClientToken, request, id);
    }
    return { ImageId: id };
  },
} satisfies Actions;

type Chosen = Omit<
  Image,
  "id" | "region" | "owner" | "createdAt" | "visibleAt" | "settledAt" | "permissions"
>;

function newImage(call: Call, chosen: Chosen & { id?: string }): Image {
  const { world, account, region } = call;
  const held = [...world.images.values()].filter(
    (image) => image.owner === account.id && image.region === region,
  );
  if (held.length >= quota(IMAGES, call)) {
    throw new AwsError(
      "ResourceLimitExceeded",
      `You have reached your quota of ${quota(IMAGES, call)} images in this Region.`,
    );
  }
  const image: Image = {
    ...chosen,
    id: chosen.id ?? world.newId("ami"),
    region,
    owner: account.id,
    createdAt: world.now(),
    visibleAt: world.after("imageVisible"),
    settledAt: world.after("imageSettled"),
    permissions: PRIVATE,
  };
  world.images.set(world.key(image), image);
  return image;
}

/** @param call absent for a copy: EC2 lets copies share a name. */
function checkName(name: string, call: Call | undefined): void {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    throw new AwsError(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  }
  if (!call) return;
  const { images } = call.world;
  const taken = [...images.values()].find(
    (image) => image.region === call.region && image.owner === call.account.id && image.name === name,
  );
  if (taken) {
    throw new AwsError("InvalidAMIName.Duplicate", `AMI name ${name} is already in use by AMI ${taken.id}`);
  }
}

function checkDescription(description: string | undefined): void {
  if (description !== undefined && description.length > 255) {
    throw new AwsError(
      "InvalidParameterValue",
      "Character sets beyond 255 are not supported for the description.",
    );
  }
}

function checkBoot(input: RegisterImageRequest): void {
  oneOf("architecture", input.Architecture, ARCHITECTURES);
  oneOf("bootMode", input.BootMode, BOOT_MODES);
  oneOf("tpmSupport", input.TpmSupport, ["v2.0"]);
  oneOf("imdsSupport", input.ImdsSupport, ["v2.0"]);
  oneOf("virtualizationType", input.VirtualizationType, ["hvm", "paravirtual"]);
  oneOf("sriovNetSupport", input.SriovNetSupport, ["simple"]);
  if (input.ImageLocation !== undefined) {
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
  oneOf("volumeType", ebs.VolumeType, VOLUME_TYPES);
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

/** Launch permission does not include the storage: a copy needs the snapshots shared as well. */
function checkStorage(source: Image, call: Call): void {
  for (const device of source.devices) {
    const id = device.ebs?.snapshotId;
    const snapshot = id === undefined ? undefined : call.world.snapshots.get(`${source.region}/${id}`);
    if (id !== undefined && !(snapshot && maySnapshot(snapshot, call.account.id))) {
      throw new AwsError("InvalidRequest", "You do not have permission to access the storage of this ami");
    }
  }
}

function copyDevice(
  device: BlockDevice,
  source: Image,
  id: string,
  input: CopyImageRequest,
  tags: Readonly<Record<string, string>>,
  call: Call,
): BlockDevice {
  const snapshotId = device.ebs?.snapshotId;
  if (!device.ebs || snapshotId === undefined) return device;
  const snapshot = call.world.snapshots.get(`${source.region}/${snapshotId}`)!;
  const copy = copySnapshot(snapshot, call, {
    description: `Copied for DestinationAmi ${id} from SourceAmi ${source.id} for SourceSnapshot ${snapshotId}. Task created on ${call.world.now().toLocaleString("en-US")}.`,
    encrypt: input.Encrypted ?? false,
    kmsKeyId: input.KmsKeyId,
    tags,
  });
  return { ...device, ebs: { ...device.ebs, snapshotId: copy.id, encrypted: copy.kmsKeyId !== undefined } };
}
