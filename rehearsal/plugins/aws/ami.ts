import {
  type ArchitectureValues,
  type BlockDeviceMapping,
  type BootModeValues,
  type ImdsSupportValues,
  RegisterImageCommand,
  type TpmSupportValues,
  type VolumeType,
} from "@aws-sdk/client-ec2";
import type { Properties } from "../../../plugin/resource";
import type { BridgedResource, Made } from "../bridge/resource";
import { isZero, type Schema } from "../bridge/schema";
import { asList, asObject, text } from "../properties";
import { asked, CloudError, during } from "./errors";
import { completeImage, deleteImage, readImage, updateImage } from "./image";
import { IMAGE } from "./image-schema";
import { ownRegion, splitImportId } from "./region";
import type { Session } from "./session";
import { mergedTags } from "./tags";

const replaces = true;

const EBS_BLOCK_DEVICE: Schema = {
  deleteOnTermination: { type: "bool", by: "optional", default: true, replaces },
  deviceName: { type: "string", by: "required", replaces },
  encrypted: { type: "bool", by: "optional", replaces },
  iops: { type: "int", by: "optional", replaces },
  outpostArn: { type: "string", by: "optional", replaces },
  snapshotId: { type: "string", by: "optional", replaces },
  throughput: { type: "int", by: "either", replaces },
  volumeSize: { type: "int", by: "either", replaces },
  volumeType: {
    type: "string",
    by: "optional",
    default: "standard",
    oneOf: ["standard", "io1", "io2", "gp2", "sc1", "st1", "gp3"],
    replaces,
  },
};

const PROPERTIES: Schema = {
  ...IMAGE,
  architecture: {
    type: "string",
    by: "optional",
    default: "x86_64",
    oneOf: ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"],
    replaces,
  },
  bootMode: { type: "string", by: "optional", oneOf: ["legacy-bios", "uefi", "uefi-preferred"], replaces },
  ebsBlockDevices: {
    type: "set",
    by: "either",
    fields: EBS_BLOCK_DEVICE,
    identity: ["deviceName", "snapshotId"],
  },
  enaSupport: { type: "bool", by: "optional", replaces },
  ephemeralBlockDevices: {
    type: "set",
    by: "either",
    fields: {
      deviceName: { type: "string", by: "required" },
      virtualName: { type: "string", by: "required" },
    },
    identity: ["deviceName", "virtualName"],
    replaces,
  },
  imageLocation: { type: "string", by: "either", replaces },
  imdsSupport: { type: "string", by: "optional", oneOf: ["v2.0"], replaces },
  kernelId: { type: "string", by: "optional", replaces },
  ramdiskId: { type: "string", by: "optional", replaces },
  rootDeviceName: { type: "string", by: "optional", replaces },
  sriovNetSupport: { type: "string", by: "optional", default: "simple", replaces },
  tpmSupport: { type: "string", by: "optional", oneOf: ["v2.0"], replaces },
  uefiData: { type: "string", by: "optional", replaces, writeOnly: true },
  virtualizationType: {
    type: "string",
    by: "optional",
    default: "paravirtual",
    oneOf: ["hvm", "paravirtual"],
    replaces,
  },
};

/** `aws:ec2/ami:Ami`: registers an image over existing snapshots; deleting it leaves them. */
export function ami(session: () => Session): BridgedResource {
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ({ ...ownRegion(session(), inputs), ...mergedTags(session(), inputs) }),
    create: (inputs) => register(session(), inputs),
    finish: (id, inputs, call) => completeImage(session(), id, inputs, creating(inputs), call),
    read: (id, known, call) => readImage(session(), id, known, call),
    identify: (importId) => splitImportId(session(), importId),
    update: (id, old, inputs, call) => updateImage(session(), id, old, inputs, call),
    delete: (id, old, call) => deleteImage(session(), id, old, call),
  };
}

function creating(inputs: Properties): string {
  return `creating EC2 AMI (${text(inputs, "name")})`;
}

async function register(session: Session, inputs: Properties): Promise<Made> {
  const devices = asList(inputs.ebsBlockDevices).map(asObject);
  if (devices.some((device) => !isZero(device.snapshotId) && device.encrypted === true)) {
    throw new CloudError("can't set both 'snapshot_id' and 'encrypted'");
  }
  const given = (key: string) => text(inputs, key) || undefined;
  const command = new RegisterImageCommand({
    Name: text(inputs, "name"),
    Architecture: given("architecture") as ArchitectureValues,
    // These two are sent even if empty (`resourceAMICreate`).
    Description: text(inputs, "description"),
    EnaSupport: inputs.enaSupport === true,
    ImageLocation: text(inputs, "imageLocation"),
    RootDeviceName: given("rootDeviceName"),
    SriovNetSupport: given("sriovNetSupport"),
    VirtualizationType: given("virtualizationType"),
    BootMode: given("bootMode") as BootModeValues | undefined,
    ImdsSupport: given("imdsSupport") as ImdsSupportValues | undefined,
    KernelId: given("kernelId"),
    RamdiskId: given("ramdiskId"),
    TpmSupport: given("tpmSupport") as TpmSupportValues | undefined,
    UefiData: given("uefiData"),
    BlockDeviceMappings: [
      ...devices.map(ebsMapping),
      ...asList(inputs.ephemeralBlockDevices).map((device) => ({
        DeviceName: text(asObject(device), "deviceName"),
        VirtualName: text(asObject(device), "virtualName"),
      })),
    ],
  });
  const answer = asked("EC2", "RegisterImage", session.ec2(text(inputs, "region")).send(command));
  const { ImageId = "" } = await during(creating(inputs), answer);
  return { id: ImageId };
}

function ebsMapping(device: Properties): BlockDeviceMapping {
  const number = (key: string) =>
    typeof device[key] === "number" && device[key] !== 0 ? device[key] : undefined;
  const SnapshotId = text(device, "snapshotId") || undefined;
  return {
    DeviceName: text(device, "deviceName"),
    Ebs: {
      DeleteOnTermination: device.deleteOnTermination === true,
      Iops: number("iops"),
      SnapshotId,
      // EC2 refuses the flag together with a snapshot id, whose encryption applies.
      Encrypted: SnapshotId ? undefined : device.encrypted === true,
      Throughput: number("throughput"),
      VolumeSize: number("volumeSize"),
      VolumeType: (text(device, "volumeType") || undefined) as VolumeType | undefined,
      OutpostArn: text(device, "outpostArn") || undefined,
    },
  };
}
