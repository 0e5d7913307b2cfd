import { createHash } from "node:crypto";
import type { Reservation, RunInstancesRequest } from "@aws-sdk/client-ec2";
import { KIB } from "../../../facts/units";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Image, Instance, Volume } from "../state/records";
import { findImage, imageState } from "./find-image";
import { instanceType, type InstanceType } from "./instance-types";
import { reservation } from "./instances";
import { tagsFor } from "./tags";

/** Supported parameters of EC2's request. Others are refused, never ignored. */
const KNOWN = [
  "ClientToken",
  "DryRun",
  "ImageId",
  "InstanceInitiatedShutdownBehavior",
  "InstanceType",
  "KeyName",
  "MaxCount",
  "MetadataOptions",
  "MinCount",
  "NetworkInterfaces",
  "SubnetId",
  "TagSpecifications",
  "UserData",
];
const KNOWN_OF_INTERFACE = [
  "AssociatePublicIpAddress",
  "DeleteOnTermination",
  "DeviceIndex",
  "Groups",
  "SubnetId",
];
const KNOWN_OF_METADATA = ["HttpEndpoint", "HttpPutResponseHopLimit", "HttpTokens"];

/** "User data is limited to 16 KB, in raw form, before it is base64-encoded" (EC2 User Guide, 2026-11). */
const MOST_USER_DATA = 16 * KIB;
const MOST_INSTANCES = 20;
const LONGEST_TOKEN = 64;

export const runActions = {
  RunInstances(input: RunInstancesRequest, call: Call): Reservation {
    refuseUnknown(input, KNOWN, "");
    for (const each of input.NetworkInterfaces ?? [])
      refuseUnknown(each, KNOWN_OF_INTERFACE, "NetworkInterface.");
    if (input.MetadataOptions) refuseUnknown(input.MetadataOptions, KNOWN_OF_METADATA, "MetadataOptions.");
    const { world, account, region } = call;
    const request = JSON.stringify({ ...input, ClientToken: undefined, DryRun: undefined });
    const token = input.ClientToken;
    if (token !== undefined) {
      if (token.length > LONGEST_TOKEN) {
        throw new AwsError(
          "InvalidParameterValue",
          `Client token is longer than ${LONGEST_TOKEN} characters`,
        );
      }
      const before = world.tokenAnswer(account.id, region, "RunInstances", token);
      if (before && before.request !== request) {
        throw new AwsError(
          "IdempotentParameterMismatch",
          `Arguments on this idempotent request are inconsistent with arguments used in previous request(s).`,
        );
      }
      const known = before?.answer.split(" ").flatMap((id) => world.instances.get(`${region}/${id}`) ?? []);
      if (known && known.length > 0) return reservation(known, call);
    }
    if (input.ImageId === undefined)
      throw new AwsError("MissingParameter", "The request must contain the parameter ImageId");
    const image = findImage(input.ImageId, call);
    if (imageState(image, call) !== "available") {
      throw new AwsError("InvalidAMIID.Unavailable", `The image id '[${image.id}]' is not available`);
    }
    const type = instanceType(input.InstanceType ?? "m1.small");
    const bootMode = checkFit(image, type);
    const count = countOf(input);
    if (input.KeyName !== undefined)
      throw new AwsError("InvalidKeyPair.NotFound", `The key pair '${input.KeyName}' does not exist`);
    if (input.UserData !== undefined && Buffer.from(input.UserData, "base64").length > MOST_USER_DATA)
      throw new AwsError("InvalidParameterValue", `User data is limited to ${MOST_USER_DATA} bytes`);
    const place = placeOf(input, call);
    const kinds = ["instance", "volume", "network-interface"];
    const tags = tagsFor("instance", input.TagSpecifications, kinds);
    const volumeTags = tagsFor("volume", input.TagSpecifications, kinds);
    const options = input.MetadataOptions;
    const started = Array.from({ length: count }, (_none, index): Instance => {
      const id = world.newId("i");
      const volume = rootVolume(image, id, volumeTags, call);
      return {
        ...made(id, call),
        imageId: image.id,
        instanceType: type.name,
        architecture: image.architecture,
        bootMode,
        rootDeviceName: image.rootDeviceName,
        volumeId: volume.id,
        ...place,
        interfaceId: world.newId("eni"),
        mac: `02:${id.slice(-10).replace(/(..)(?=.)/g, "$1:")}`,
        address: `172.31.${16 + (world.instances.size % 200)}.${15 + index}`,
        userData: input.UserData,
        metadata: {
          enabled: options?.HttpEndpoint !== "disabled",
          tokens: options?.HttpTokens ?? (image.imdsSupport === "v2.0" ? "required" : "optional"),
          hopLimit: options?.HttpPutResponseHopLimit ?? (image.imdsSupport === "v2.0" ? 2 : 1),
        },
        onShutdown: input.InstanceInitiatedShutdownBehavior ?? "stop",
        token,
        runningAt: world.after("instanceRunning"),
        tags,
      };
    });
    for (const instance of started) world.instances.set(world.key(instance), instance);
    world.images.set(world.key(image), { ...image, lastLaunchedAt: world.now() });
    if (token !== undefined) {
      const answer = started.map(({ id }) => id).join(" ");
      world.rememberToken(account, region, "RunInstances", token, request, answer);
    }
    return reservation(started, call);
  },
} satisfies Actions;

function refuseUnknown(given: object, known: readonly string[], at: string): void {
  const other = Object.entries(given).find(
    ([name, value]) => value !== undefined && !known.includes(name),
  )?.[0];
  if (other === undefined) return;
  throw new AwsError("UnsupportedOperation", `The stand-in EC2 does not have the parameter ${at}${other}.`);
}

/**
 * True if the image boots on the type.
 *
 * @returns the boot mode
 */
function checkFit(image: Image, type: InstanceType): Instance["bootMode"] {
  if (!type.architectures.includes(image.architecture)) {
    throw new AwsError(
      "InvalidParameterValue",
      `The architecture '${type.architectures.join(",")}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
    );
  }
  if (!type.virtualization.includes(image.virtualizationType)) {
    throw new AwsError(
      "InvalidParameterCombination",
      `Non-Windows instances with a virtualization type of '${image.virtualizationType}' are currently not supported for this instance type : ${type.name}`,
    );
  }
  if (type.ena === "required" && !image.enaSupport) {
    throw new AwsError(
      "InvalidParameterCombination",
      `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${type.name}' instance type. Ensure that you are using an AMI that is enabled for ENA.`,
    );
  }
  const wanted = image.bootMode ?? (image.architecture === "arm64" ? "uefi" : "legacy-bios");
  const mode =
    wanted === "uefi-preferred" ? (type.bootModes.includes("uefi") ? "uefi" : "legacy-bios") : wanted;
  const supported = type.bootModes.find((each) => each === mode);
  if (!supported) {
    throw new AwsError(
      "InvalidParameterCombination",
      `The boot mode '${mode}' of the specified AMI is not supported by the instance type ${type.name}.`,
    );
  }
  return supported;
}

function countOf({ MinCount: least = 1, MaxCount: most = 1 }: RunInstancesRequest): number {
  if (least < 1 || most < least) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${least}) for parameter minCount is invalid. It must be from 1 to maxCount (${most}).`,
    );
  }
  if (least > MOST_INSTANCES) {
    throw new AwsError(
      "InstanceLimitExceeded",
      `You have requested more instances (${least}) than allowed here.`,
    );
  }
  return Math.min(most, MOST_INSTANCES);
}

/** Every account has one default subnet per region here, which assigns public addresses by default. */
function placeOf(input: RunInstancesRequest, call: Call): Pick<Instance, "subnetId" | "publicAddress"> {
  const [first, ...others] = input.NetworkInterfaces ?? [];
  if (others.length > 0 || (first && first.DeviceIndex !== 0)) {
    throw new AwsError(
      "UnsupportedOperation",
      "The stand-in EC2 gives an instance one network interface, with index 0.",
    );
  }
  if (first && input.SubnetId !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Network interfaces and an instance-level subnet ID may not be specified on the same request",
    );
  }
  const own = defaultSubnet(call);
  const wanted = first?.SubnetId ?? input.SubnetId ?? own;
  if (wanted !== own)
    throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${wanted}' does not exist`);
  const group = first?.Groups?.[0];
  if (group !== undefined)
    throw new AwsError("InvalidGroup.NotFound", `The security group '${group}' does not exist`);
  const isPublic = first?.AssociatePublicIpAddress ?? true;
  return { subnetId: wanted, ...(isPublic && { publicAddress: "203.0.113.10" }) };
}

function defaultSubnet({ account, region }: Call): string {
  return `subnet-0${createHash("sha256").update(`${account.id} ${region}`).digest("hex").slice(0, 16)}`;
}

function rootVolume(image: Image, instance: string, tags: Volume["tags"], call: Call): Volume {
  const { world } = call;
  const device = image.devices.find(({ deviceName, ebs }) => ebs && deviceName === image.rootDeviceName);
  const snapshot = world.snapshots.get(`${image.region}/${device?.ebs?.snapshotId}`);
  if (!device?.ebs || !snapshot) {
    throw new AwsError(
      "InvalidSnapshot.NotFound",
      `The snapshot of ${image.id}'s root device does not exist.`,
    );
  }
  const volume: Volume = {
    ...made(world.newId("vol"), call),
    snapshotId: snapshot.id,
    map: snapshot.map,
    size: device.ebs.volumeSize ?? snapshot.volumeSize,
    zone: `${call.region}a`,
    volumeType: device.ebs.volumeType,
    attachment: {
      instance,
      device: device.deviceName,
      deleteOnTermination: device.ebs.deleteOnTermination,
    },
    tags,
  };
  world.maps.hold(snapshot.map);
  world.volumes.set(world.key(volume), volume);
  return volume;
}

function made(id: string, { world, region, account }: Call) {
  return {
    id,
    region,
    owner: account.id,
    createdAt: world.now(),
    visibleAt: world.after("instanceVisible"),
    settledAt: world.after("instanceSettled"),
  };
}
