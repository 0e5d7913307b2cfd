import type {
  BlockDeviceMapping,
  DeregisterImageRequest,
  DeregisterImageResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  Image as ImageAnswer,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { BlockDevice, Image } from "../state/records";
import { applyFilters, checkFilters, tagFacts } from "./filters";
import { deprecationTime, findImage, imageState, mayLaunch, noImage, ownImage } from "./find-image";
import { page } from "./pages";
import { deleteUnusedSnapshot } from "./snapshots";
import { tagList } from "./tags";

const FILTERS = [
  "architecture",
  "block-device-mapping.delete-on-termination",
  "block-device-mapping.device-name",
  "block-device-mapping.encrypted",
  "block-device-mapping.snapshot-id",
  "block-device-mapping.volume-size",
  "block-device-mapping.volume-type",
  "boot-mode",
  "creation-date",
  "description",
  "ena-support",
  "hypervisor",
  "image-id",
  "image-type",
  "is-public",
  "name",
  "owner-alias",
  "owner-id",
  "platform",
  "root-device-name",
  "root-device-type",
  "source-image-id",
  "source-image-region",
  "state",
  "sriov-net-support",
  "tag-key",
  "virtualization-type",
];

export const imageActions = {
  DescribeImages(input: DescribeImagesRequest, call: Call): DescribeImagesResult {
    checkFilters(input.Filters, FILTERS);
    const { ImageIds: ids, MaxResults: most } = input;
    if (ids && ids.length > 0 && most !== undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "The parameter MaxResults cannot be used with the parameter ImageId.",
      );
    }
    const found = ids && ids.length > 0 ? byId(ids, call) : listed(input, call);
    const shown = found.filter((image) => !image.disabled || (input.IncludeDisabled ?? false));
    const owned = shown.filter((image) => isOwnedBy(image, input.Owners, call));
    const usable = owned.filter((image) => isExecutableBy(image, input.ExecutableUsers, call));
    const matching = applyFilters(usable, input.Filters, (image) => (filter) => facts(image, filter, call));
    const { items, NextToken } = page(matching, input, (image) => image.id, 1);
    return { Images: items.map((image) => describe(image, call)), NextToken };
  },

  DeregisterImage(input: DeregisterImageRequest, call: Call): DeregisterImageResult {
    const image = ownImage(input.ImageId!, call);
    const { protection } = image;
    if (protection && (protection.enabled || (protection.until ?? 0) > call.world.now())) {
      throw new AwsError(
        "OperationNotPermitted",
        `The image '${image.id}' cannot be deregistered because deregistration protection is ${protection.enabled ? "enabled" : "in its cooldown period"}.`,
      );
    }
    call.world.images.delete(call.world.key(image));
    call.world.deregistered.set(call.world.key(image), image.owner);
    call.world.forgetTokensOf(image.id);
    const snapshots = image.devices.flatMap((device) => device.ebs?.snapshotId ?? []);
    return {
      Return: true,
      DeleteSnapshotResults: input.DeleteAssociatedSnapshots
        ? snapshots.map((id) => ({ SnapshotId: id, ReturnCode: deleteUnusedSnapshot(id, call) }))
        : undefined,
    };
  },
} satisfies Actions;

/** The block device mappings of an image; without snapshots while it is pending, even for the owner. */
export function deviceMappings(image: Image, call: Call): BlockDeviceMapping[] {
  const pending = imageState(image, call) === "pending";
  return image.devices.map((device: BlockDevice) => ({
    DeviceName: device.deviceName,
    VirtualName: device.virtualName,
    NoDevice: device.noDevice ? "" : undefined,
    Ebs: device.ebs && {
      SnapshotId: pending ? undefined : device.ebs.snapshotId,
      VolumeSize: device.ebs.volumeSize,
      VolumeType: device.ebs.volumeType as "gp3",
      DeleteOnTermination: device.ebs.deleteOnTermination,
      Encrypted: device.ebs.encrypted,
      Iops: device.ebs.iops,
      Throughput: device.ebs.throughput,
    },
  }));
}

function byId(ids: string[], call: Call): Image[] {
  const missing: string[] = [];
  const found = [...new Set(ids)].flatMap((id) => {
    try {
      return [findImage(id, call)];
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "InvalidAMIID.NotFound") throw error;
      missing.push(id);
      return [];
    }
  });
  if (missing.length > 0) throw noImage(missing);
  return found;
}

/** Images in a list: others' deprecated ones only on request. */
function listed(input: DescribeImagesRequest, call: Call): Image[] {
  const now = call.world.now();
  return [...call.world.images.values()].filter(
    (image) =>
      image.region === call.region &&
      mayLaunch(image, call) &&
      call.world.isVisible(image) &&
      (input.IncludeDeprecated === true ||
        image.owner === call.account.id ||
        (deprecationTime(image) ?? Infinity) > now),
  );
}

function isOwnedBy(image: Image, owners: string[] | undefined, call: Call): boolean {
  if (!owners || owners.length === 0) return true;
  return owners.some((owner) => {
    if (owner === "self") return image.owner === call.account.id;
    if (["amazon", "aws-marketplace", "aws-backup-vault"].includes(owner)) return false;
    if (!/^\d{12}$/.test(owner)) throw new AwsError("InvalidUserID.Malformed", `Invalid user id: "${owner}"`);
    return image.owner === owner;
  });
}

function isExecutableBy(image: Image, users: string[] | undefined, call: Call): boolean {
  if (!users || users.length === 0) return true;
  const { everyone, accounts } = image.permissions;
  return users.some((user) => {
    if (user === "all") return everyone;
    return accounts.includes(user === "self" ? call.account.id : user);
  });
}

function describe(image: Image, call: Call): ImageAnswer {
  const isOwner = image.owner === call.account.id;
  const deprecation = deprecationTime(image);
  return {
    ImageId: image.id,
    ImageLocation: `${image.owner}/${image.name}`,
    State: imageState(image, call),
    OwnerId: image.owner,
    CreationDate: new Date(image.createdAt).toISOString(),
    Public: image.permissions.everyone,
    ProductCodes: [],
    Architecture: image.architecture as "x86_64",
    ImageType: "machine",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    Name: image.name,
    Description: image.description,
    RootDeviceType: "ebs",
    RootDeviceName: image.rootDeviceName,
    BlockDeviceMappings: deviceMappings(image, call),
    VirtualizationType: image.virtualizationType as "hvm",
    Hypervisor: "xen",
    EnaSupport: image.enaSupport || undefined,
    SriovNetSupport: image.sriovNetSupport,
    BootMode: image.bootMode as "uefi" | undefined,
    TpmSupport: image.tpmSupport as "v2.0" | undefined,
    ImdsSupport: image.imdsSupport as "v2.0" | undefined,
    DeprecationTime: deprecation === undefined ? undefined : new Date(deprecation).toISOString(),
    DeregistrationProtection: isOwner ? protectionText(image, call) : undefined,
    LastLaunchedTime:
      isOwner && image.lastLaunchedAt !== undefined
        ? new Date(image.lastLaunchedAt).toISOString()
        : undefined,
    SourceImageId: image.source?.id,
    SourceImageRegion: image.source?.region,
    Tags: isOwner ? tagList(image.tags) : [],
    ...image.told,
  };
}

function protectionText(image: Image, call: Call): string {
  const { protection } = image;
  if (protection?.enabled) return protection.cooldown ? "enabled-with-cooldown" : "enabled-without-cooldown";
  return (protection?.until ?? 0) > call.world.now() ? "cooldown" : "disabled";
}

function facts(image: Image, filter: string, call: Call): string[] | undefined {
  const devices = image.devices.flatMap((device) => device.ebs ?? []);
  const one = (value: string | undefined) => (value === undefined ? [] : [value]);
  switch (filter) {
    case "architecture":
      return [image.architecture];
    case "block-device-mapping.delete-on-termination":
      return devices.map((device) => String(device.deleteOnTermination));
    case "block-device-mapping.device-name":
      return image.devices.map((device) => device.deviceName);
    case "block-device-mapping.encrypted":
      return devices.map((device) => String(device.encrypted));
    case "block-device-mapping.snapshot-id":
      return deviceMappings(image, call).flatMap((device) => device.Ebs?.SnapshotId ?? []);
    case "block-device-mapping.volume-size":
      return devices.flatMap((device) => (device.volumeSize === undefined ? [] : String(device.volumeSize)));
    case "block-device-mapping.volume-type":
      return devices.map((device) => device.volumeType);
    case "boot-mode":
      return one(image.bootMode);
    case "creation-date":
      return [new Date(image.createdAt).toISOString()];
    case "description":
      return one(image.description);
    case "ena-support":
      return [String(image.enaSupport)];
    case "hypervisor":
      return ["xen"];
    case "image-id":
      return [image.id];
    case "image-type":
      return ["machine"];
    case "is-public":
      return [String(image.permissions.everyone)];
    case "name":
      return [image.name];
    case "owner-alias":
    case "platform":
      return [];
    case "owner-id":
      return [image.owner];
    case "root-device-name":
      return [image.rootDeviceName];
    case "root-device-type":
      return ["ebs"];
    case "source-image-id":
      return one(image.source?.id);
    case "source-image-region":
      return one(image.source?.region);
    case "sriov-net-support":
      return one(image.sriovNetSupport);
    case "state":
      return [imageState(image, call)];
    case "virtualization-type":
      return [image.virtualizationType];
    default:
      return tagFacts(image.owner === call.account.id ? image.tags : {}, filter);
  }
}
