import { randomUUID } from "node:crypto";
import { CopyImageCommand } from "@aws-sdk/client-ec2";
import type { Call, Properties } from "../../../plugin/resource";
import type { BridgedResource, Made } from "../bridge/resource";
import type { Property, Schema } from "../bridge/schema";
import { text } from "../properties";
import { asked, during } from "./errors";
import { completeImage, deleteImage, retryWhileAbsent, readImage, updateImage } from "./image";
import { IMAGE } from "./image-schema";
import { ownRegion, splitImportId } from "./region";
import type { Session } from "./session";
import { mergedTags } from "./tags";

const replaces = true;
const cloudText: Property = { type: "string", by: "cloud" };
const cloudFlag: Property = { type: "bool", by: "cloud" };
const cloudNumber: Property = { type: "int", by: "cloud" };

const PROPERTIES: Schema = {
  ...IMAGE,
  architecture: cloudText,
  bootMode: cloudText,
  destinationOutpostArn: { type: "string", by: "optional" },
  ebsBlockDevices: {
    type: "set",
    by: "either",
    fields: {
      deleteOnTermination: cloudFlag,
      deviceName: cloudText,
      encrypted: cloudFlag,
      iops: cloudNumber,
      outpostArn: cloudText,
      snapshotId: cloudText,
      throughput: cloudNumber,
      volumeSize: cloudNumber,
      volumeType: cloudText,
    },
    identity: ["deviceName", "snapshotId"],
  },
  enaSupport: cloudFlag,
  encrypted: { type: "bool", by: "optional", default: false, replaces },
  ephemeralBlockDevices: {
    type: "set",
    by: "either",
    fields: { deviceName: cloudText, virtualName: cloudText },
    identity: ["deviceName", "virtualName"],
    replaces,
  },
  imageLocation: cloudText,
  imdsSupport: cloudText,
  kernelId: cloudText,
  kmsKeyId: { type: "string", by: "either", replaces },
  ramdiskId: cloudText,
  rootDeviceName: cloudText,
  sourceAmiId: { type: "string", by: "required", replaces },
  sourceAmiRegion: { type: "string", by: "required", replaces },
  sriovNetSupport: cloudText,
  tpmSupport: cloudText,
  uefiData: cloudText,
  virtualizationType: cloudText,
};

/**
 * `aws:ec2/amiCopy:AmiCopy`: copies an image into this region. The copied snapshot belongs to it: never tagged
 * (hashicorp/terraform-provider-aws issue 9549), deleted with the image.
 */
export function amiCopy(session: () => Session): BridgedResource {
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ({ ...ownRegion(session(), inputs), ...mergedTags(session(), inputs) }),
    create: (inputs, call) => copy(session(), inputs, call),
    finish: (id, inputs, call) => completeImage(session(), id, inputs, creating(inputs), call),
    read: (id, known, call) => readImage(session(), id, known, call),
    identify: (importId) => splitImportId(session(), importId),
    update: (id, old, inputs, call) => updateImage(session(), id, old, inputs, call),
    delete: (id, old, call) => deleteImage(session(), id, old, call),
  };
}

function creating(inputs: Properties): string {
  return `creating EC2 AMI (${text(inputs, "name")}) from source EC2 AMI (${text(inputs, "sourceAmiId")})`;
}

async function copy(session: Session, inputs: Properties, call: Call): Promise<Made> {
  const source = text(inputs, "sourceAmiId");
  const command = new CopyImageCommand({
    ClientToken: randomUUID(),
    Name: text(inputs, "name"),
    Description: text(inputs, "description"),
    Encrypted: inputs.encrypted === true,
    SourceImageId: source,
    SourceRegion: text(inputs, "sourceAmiRegion"),
    DestinationOutpostArn: text(inputs, "destinationOutpostArn") || undefined,
    KmsKeyId: text(inputs, "kmsKeyId") || undefined,
  });
  const ec2 = session.ec2(text(inputs, "region"));
  const answer = retryWhileAbsent(call, source, () => asked("EC2", "CopyImage", ec2.send(command)));
  const { ImageId = "" } = await during(creating(inputs), answer);
  return { id: ImageId, known: { manageEbsSnapshots: true } };
}
