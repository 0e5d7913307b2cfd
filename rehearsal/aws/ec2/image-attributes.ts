import type {
  DescribeImageAttributeRequest,
  ImageAttribute,
  LaunchPermission,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { PRIVATE, type Image, type Permissions } from "../state/records";
import { deviceMappings } from "./images";
import { ownImage, ownReadyImage } from "./find-image";
import { checkDescription } from "./new-image";
import { currentState } from "./block-public-access";
import { IMAGE_SHARING, PUBLIC_IMAGES, quota } from "./quotas";
import { managedKey } from "./snapshots";

const ORGANIZATION_ARN =
  /^arn:aws[a-z-]*:organizations::\d{12}:(organization\/o-[a-z0-9]{10,32}|ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/;

export const imageAttributeActions = {
  DescribeImageAttribute(input: DescribeImageAttributeRequest, call: Call): ImageAttribute {
    const image = ownImage(input.ImageId!, call);
    const value = (text: string | undefined) => (text === undefined ? {} : { Value: text });
    switch (input.Attribute) {
      case "launchPermission":
        return { ImageId: image.id, LaunchPermissions: listPermissions(image.permissions) };
      case "description":
        return { ImageId: image.id, Description: value(image.description) };
      case "blockDeviceMapping":
        return { ImageId: image.id, BlockDeviceMappings: deviceMappings(image, call) };
      case "bootMode":
        return { ImageId: image.id, BootMode: value(image.bootMode) };
      case "tpmSupport":
        return { ImageId: image.id, TpmSupport: value(image.tpmSupport) };
      case "uefiData":
        return { ImageId: image.id, UefiData: value(image.uefiData) };
      case "imdsSupport":
        return { ImageId: image.id, ImdsSupport: value(image.imdsSupport) };
      case "sriovNetSupport":
        return { ImageId: image.id, SriovNetSupport: value(image.sriovNetSupport) };
      case "lastLaunchedTime":
        return {
          ImageId: image.id,
          LastLaunchedTime: value(
            image.lastLaunchedAt === undefined ? undefined : new Date(image.lastLaunchedAt).toISOString(),
          ),
        };
      case "deregistrationProtection":
        return {
          ImageId: image.id,
          DeregistrationProtection: value(image.protection?.enabled ? "enabled" : "disabled"),
        };
      case "productCodes":
        return { ImageId: image.id, ProductCodes: [] };
      case "kernel":
        return { ImageId: image.id, KernelId: {} };
      case "ramdisk":
        return { ImageId: image.id, RamdiskId: {} };
      default:
        throw new AwsError(
          "InvalidParameterValue",
          `Value (${String(input.Attribute)}) for parameter attribute is invalid.`,
        );
    }
  },

  ModifyImageAttribute(input: ModifyImageAttributeRequest, call: Call) {
    const image = ownReadyImage(input.ImageId!, call);
    if (input.Description !== undefined || input.Attribute === "description") {
      const description = input.Description?.Value ?? input.Value ?? "";
      checkDescription(description);
      save({ ...image, description }, call);
      return {};
    }
    if (input.ImdsSupport !== undefined || input.Attribute === "imdsSupport") {
      const wanted = input.ImdsSupport?.Value ?? input.Value;
      if (wanted !== "v2.0") {
        throw new AwsError(
          "InvalidParameterValue",
          `Value (${String(wanted)}) for parameter imdsSupport is invalid.`,
        );
      }
      save({ ...image, imdsSupport: wanted }, call);
      return {};
    }
    const { add, remove } = readModifications(input);
    if (add.length + remove.length === 0) {
      throw new AwsError("InvalidParameterCombination", "No attributes specified.");
    }
    changePermissions(image, add, remove, call);
    return {};
  },

  ResetImageAttribute(input: ResetImageAttributeRequest, call: Call) {
    const image = ownReadyImage(input.ImageId!, call);
    if (input.Attribute !== "launchPermission") {
      throw new AwsError(
        "InvalidParameterValue",
        `Value (${String(input.Attribute)}) for parameter attribute is invalid.`,
      );
    }
    save({ ...image, permissions: PRIVATE }, call);
    return {};
  },
} satisfies Actions;

function listPermissions(permissions: Permissions): LaunchPermission[] {
  return [
    ...(permissions.everyone ? [{ Group: "all" as const }] : []),
    ...permissions.accounts.map((UserId) => ({ UserId })),
    ...permissions.arns.map((arn) =>
      arn.includes(":ou/") ? { OrganizationalUnitArn: arn } : { OrganizationArn: arn },
    ),
  ];
}

/** Both forms: LaunchPermission.Add/Remove, and the older Attribute, OperationType and lists. */
function readModifications(input: ModifyImageAttributeRequest): {
  add: LaunchPermission[];
  remove: LaunchPermission[];
} {
  if (input.LaunchPermission) {
    return { add: input.LaunchPermission.Add ?? [], remove: input.LaunchPermission.Remove ?? [] };
  }
  if (input.ProductCodes !== undefined) {
    throw new AwsError("UnsupportedOperation", "Product codes are not supported here");
  }
  const items: LaunchPermission[] = [
    ...(input.UserGroups ?? []).map((Group) => ({ Group: Group as "all" })),
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.OrganizationArns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(input.OrganizationalUnitArns ?? []).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
  if (items.length === 0) return { add: [], remove: [] };
  if (input.OperationType !== "add" && input.OperationType !== "remove") {
    throw new AwsError("MissingParameter", "The request must contain the parameter operationType");
  }
  return input.OperationType === "add" ? { add: items, remove: [] } : { add: [], remove: items };
}

function changePermissions(
  image: Image,
  add: LaunchPermission[],
  remove: LaunchPermission[],
  call: Call,
): void {
  let { everyone } = image.permissions;
  const accounts = new Set(image.permissions.accounts);
  const arns = new Set(image.permissions.arns);
  for (const item of remove) {
    if (item.Group !== undefined) everyone = false;
    if (item.UserId !== undefined) accounts.delete(item.UserId);
    arns.delete(item.OrganizationArn ?? item.OrganizationalUnitArn ?? "");
  }
  for (const item of add) {
    checkPermission(item);
    if (item.Group !== undefined) everyone = true;
    if (item.UserId !== undefined) accounts.add(item.UserId);
    const arn = item.OrganizationArn ?? item.OrganizationalUnitArn;
    if (arn !== undefined) arns.add(arn);
  }
  if (add.length > 0 && image.disabled) {
    throw new AwsError(
      "InvalidAMIID.Unavailable",
      `The image ID '${image.id}' is disabled and cannot be shared`,
    );
  }
  if (add.some((item) => item.Group === undefined)) checkShareable(image, call);
  if (add.some((item) => item.Group === undefined)) checkGrantees(accounts.size + arns.size, call);
  if (everyone && add.some((item) => item.Group !== undefined)) checkPublic(image, call);
  save({ ...image, permissions: { everyone, accounts: [...accounts], arns: [...arns] } }, call);
}

function checkPermission(item: LaunchPermission): void {
  const invalid = (value: string, type: string) =>
    new AwsError(
      "InvalidAMIAttributeItemValue",
      `Invalid attribute item value "${value}" for ${type} item type.`,
    );
  if (item.Group !== undefined && item.Group !== "all") throw invalid(item.Group, "group");
  if (item.UserId !== undefined && !/^\d{12}$/.test(item.UserId)) throw invalid(item.UserId, "userId");
  const { OrganizationArn: organization, OrganizationalUnitArn: unit } = item;
  if (
    organization !== undefined &&
    !(ORGANIZATION_ARN.test(organization) && organization.includes(":organization/"))
  ) {
    throw invalid(organization, "organizationArn");
  }
  if (unit !== undefined && !(ORGANIZATION_ARN.test(unit) && unit.includes(":ou/"))) {
    throw invalid(unit, "organizationalUnitArn");
  }
}

/**
 * Applies to accounts and organisations: github.com/hashicorp/packer/issues/7410 (2019-03-22),
 * DataDog/stratus-red-team/issues/109 (2022-03-29).
 */
function checkShareable(image: Image, call: Call): void {
  const managed = image.devices.some(
    ({ ebs }) =>
      ebs?.snapshotId !== undefined &&
      call.world.snapshots.get(`${image.region}/${ebs.snapshotId}`)?.kmsKeyId === managedKey(call),
  );
  if (!managed) return;
  throw new AwsError(
    "InvalidParameter",
    "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
  );
}

/**
 * ResourceLimitExceeded: "You have exceeded an Amazon EC2 resource limit" (EC2 API reference, "Error codes", read
 * 2026-11); its use for this quota, and the message, are from memory.
 */
function checkGrantees(count: number, call: Call): void {
  const limit = quota(IMAGE_SHARING, call);
  if (count <= limit) return;
  throw new AwsError(
    "ResourceLimitExceeded",
    `You have reached your quota of ${limit} for the number of entities that an image can be shared with in this Region.`,
  );
}

/** AWS's last refusal: everything is created and copied by then. */
function checkPublic(image: Image, call: Call): void {
  const { world, account, region } = call;
  if (image.devices.some((device) => device.ebs?.encrypted)) {
    throw new AwsError("InvalidParameterValue", "Images with encrypted snapshots cannot be made public.");
  }
  if (currentState(world.regionSettings(account.id, region).imageBlock, world) !== "unblocked") {
    throw new AwsError(
      "OperationNotPermitted",
      "You can’t publicly share this image because block public access for AMIs is enabled for this account. To publicly share the image, you must call the DisableImageBlockPublicAccess API.",
    );
  }
  if (image.permissions.everyone) return;
  const others = [...world.images.values()].filter(
    (other) => other.owner === account.id && other.region === region && other.permissions.everyone,
  );
  const limit = quota(PUBLIC_IMAGES, call);
  if (others.length >= limit) {
    throw new AwsError(
      "ResourceLimitExceeded",
      `You have reached your quota of ${limit} for the number of public images allowed in this Region. Deregister unused public images or make them private, or request an increase in your public AMIs quota.`,
    );
  }
}

function save(image: Image, call: Call): void {
  call.world.images.set(call.world.key(image), image);
}
