import type { CopyImageRequest, CopyImageResult } from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { BlockDevice, Image } from "../state/records";
import { findImage, imageState } from "./find-image";
import { maySnapshot } from "./find-snapshot";
import { checkDescription, checkName, newImage } from "./new-image";
import { checkSourceRegion, copySnapshot } from "./snapshots";
import { tagsFor } from "./tags";

export const copyActions = {
  /**
   * A copy belongs to the copier, as do its snapshots. It inherits neither launch permissions, snapshot permissions
   * nor the deprecation date, and tags only on request.
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
    checkName(input.Name!);
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
