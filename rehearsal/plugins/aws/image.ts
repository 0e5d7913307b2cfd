import {
  type BlockDeviceMapping,
  DeregisterImageCommand,
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  type EC2Client,
  EnableImageDeprecationCommand,
  type Image,
  ModifyImageAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Call, Properties } from "../../../plugin/resource";
import type { ReadCall } from "../bridge/resource";
import { isZero } from "../bridge/schema";
import { type Found, waitFor } from "../bridge/wait";
import { asList, asObject, asTexts, text } from "../properties";
import { asked, CloudError, during, hasCode } from "./errors";
import { partitionOf, type Session } from "./session";
import { createTags, splitTags, tagsOf, updateTags } from "./tags";

/*
 * Read, update and delete of an AMI: the same for a registered (`Ami`) and a copied one (`AmiCopy`). Rules and time
 * limits: hashicorp/terraform-provider-aws, internal/service/ec2/ec2_ami.go, version 6.
 */

type Ec2 = Pick<EC2Client, "send">;

const CREATE_SECONDS = 40 * 60;
const DELETE_SECONDS = 90 * 60;
const PROPAGATION_SECONDS = 300;
const CHANGE_SECONDS = 120;
const SETTLING_SECONDS = 60;
/** Reads of an unknown id before a new image is given up. */
const NOT_FOUND_TOLERATED = 20;

/** The image, or `undefined` if missing. */
async function findImage(ec2: Ec2, id: string): Promise<Image | undefined> {
  try {
    const answer = await asked(
      "EC2",
      "DescribeImages",
      ec2.send(new DescribeImagesCommand({ ImageIds: [id] })),
    );
    const image = answer.Images?.find(({ ImageId }) => ImageId === id);
    return image?.State === "deregistered" ? undefined : image;
  } catch (error) {
    if (hasCode(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) return undefined;
    throw error;
  }
}

async function waitAvailable(ec2: Ec2, id: string, call: Call): Promise<void> {
  let notFound = 0;
  const timeoutSeconds = call.timeoutSeconds || CREATE_SECONDS;
  await waitFor(call, { what: `image ${id} to become available`, timeoutSeconds }, async () => {
    const image = await findImage(ec2, id);
    if (!image) {
      if (++notFound > NOT_FOUND_TOLERATED)
        throw new CloudError(`couldn't find resource (${notFound} retries)`);
      return { status: "not found" };
    }
    if (image.State === "available") return { done: image };
    if (image.State === "pending") return { status: "pending" };
    const reason = image.StateReason?.Message ? `: ${image.StateReason.Message}` : "";
    throw new CloudError(
      `unexpected state '${image.State}', wanted target 'available'. last error: ${image.State}${reason}`,
    );
  });
}

/**
 * Repeats a call on a new image while EC2's endpoints are not consistent yet. The real provider's first read is 5
 * seconds after the create, when they mostly are; here reads start sooner, so more failures are tolerated.
 */
export async function retryWhileAbsent<T>(call: Call, id: string, body: () => Promise<T>): Promise<T> {
  const options = { what: `image ${id} to be known everywhere`, timeoutSeconds: SETTLING_SECONDS };
  return waitFor(call, options, async (): Promise<Found<T>> => {
    try {
      return { done: await body() };
    } catch (error) {
      if (
        !(error instanceof CloudError) ||
        !hasCode(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")
      )
        throw error;
      return { status: error.code };
    }
  });
}

/** Steps after RegisterImage and CopyImage: tags, the wait, the deprecation date. */
export async function completeImage(
  session: Session,
  id: string,
  inputs: Properties,
  creating: string,
  call: Call,
): Promise<void> {
  const ec2 = session.ec2(text(inputs, "region"));
  await during(`setting EC2 AMI (${id}) tags`, createTags(ec2, id, asTexts(inputs.tagsAll), call));
  await during(`${creating}: waiting for completion`, waitAvailable(ec2, id, call));
  const date = text(inputs, "deprecationTime");
  if (date) await during(creating, deprecate(ec2, id, date, call));
}

/** Every output of an image. `known` supplies what AWS does not return (a copy's source, who manages snapshots). */
export async function readImage(
  session: Session,
  id: string,
  known: Properties,
  call: ReadCall,
): Promise<Properties | undefined> {
  const region = text(known, "region");
  const ec2 = session.ec2(region);
  const image = await during(`reading EC2 AMI (${id})`, found(ec2, id, call));
  if (!image) return undefined;
  if (image.State === "pending") {
    await during(`waiting for EC2 AMI (${id}) create`, waitAvailable(ec2, id, call));
    return readImage(session, id, known, call);
  }
  const mappings = image.BlockDeviceMappings ?? [];
  return {
    ...known,
    region,
    architecture: image.Architecture ?? "",
    arn: `arn:${partitionOf(region)}:ec2:${region}::image/${id}`,
    bootMode: image.BootMode ?? "",
    deprecationTime: image.DeprecationTime ?? "",
    description: image.Description ?? "",
    ebsBlockDevices: mappings.filter(({ Ebs }) => Ebs).map(ebsBlockDevice),
    enaSupport: image.EnaSupport ?? false,
    ephemeralBlockDevices: mappings
      .filter(({ Ebs, VirtualName }) => !Ebs && VirtualName)
      .map(({ DeviceName, VirtualName }) => ({ deviceName: DeviceName, virtualName: VirtualName })),
    hypervisor: image.Hypervisor ?? "",
    imageLocation: image.ImageLocation ?? "",
    imageOwnerAlias: image.ImageOwnerAlias ?? "",
    imageType: image.ImageType ?? "",
    imdsSupport: image.ImdsSupport ?? "",
    kernelId: image.KernelId ?? "",
    lastLaunchedTime: image.LastLaunchedTime ?? "",
    manageEbsSnapshots: known.manageEbsSnapshots ?? false,
    name: image.Name ?? "",
    ownerId: image.OwnerId ?? "",
    platform: image.Platform ?? "",
    platformDetails: image.PlatformDetails ?? "",
    public: image.Public ?? false,
    ramdiskId: image.RamdiskId ?? "",
    rootDeviceName: image.RootDeviceName ?? "",
    rootSnapshotId:
      mappings.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs?.SnapshotId ?? "",
    sriovNetSupport: image.SriovNetSupport ?? "",
    tpmSupport: image.TpmSupport ?? "",
    uefiData: known.uefiData ?? "",
    usageOperation: image.UsageOperation ?? "",
    virtualizationType: image.VirtualizationType ?? "",
    ...splitTags(session, tagsOf(image.Tags), known),
  };
}

/** After a create, "not found" only means that an endpoint is not consistent yet. */
async function found(ec2: Ec2, id: string, call: ReadCall): Promise<Image | undefined> {
  if (!call.fresh) return findImage(ec2, id);
  return waitFor(call, { what: `image ${id} to be found`, timeoutSeconds: PROPAGATION_SECONDS }, async () => {
    const image = await findImage(ec2, id);
    return image ? { done: image } : { status: "not found" };
  });
}

function ebsBlockDevice({ DeviceName, Ebs }: BlockDeviceMapping): Properties {
  return {
    deleteOnTermination: Ebs?.DeleteOnTermination ?? false,
    deviceName: DeviceName ?? "",
    encrypted: Ebs?.Encrypted ?? false,
    iops: Ebs?.Iops ?? 0,
    outpostArn: Ebs?.OutpostArn ?? "",
    snapshotId: Ebs?.SnapshotId ?? "",
    throughput: Ebs?.Throughput ?? 0,
    volumeSize: Ebs?.VolumeSize ?? 0,
    volumeType: Ebs?.VolumeType ?? "",
  };
}

/** Tags, description and deprecation date: all mutable properties of an existing image. */
export async function updateImage(
  session: Session,
  id: string,
  old: Properties,
  inputs: Properties,
  call: Call,
): Promise<void> {
  const ec2 = session.ec2(text(old, "region"));
  const doing = `updating EC2 AMI (${id})`;
  const tags = updateTags(ec2, id, asTexts(old.tagsAll), asTexts(inputs.tagsAll), call);
  await during(`updating tags for EC2 (Elastic Compute Cloud) resource (${id})`, tags);
  const [before, after] = [text(old, "description"), text(inputs, "description")];
  if (before !== after) await during(`${doing}: updating description`, describe(ec2, id, after, call));
  const date = text(inputs, "deprecationTime");
  if (sameMinute(text(old, "deprecationTime"), date)) return;
  if (date) await during(doing, deprecate(ec2, id, date, call));
  else await during(doing, endDeprecation(ec2, id, call));
}

async function describe(ec2: Ec2, id: string, description: string, call: Call): Promise<void> {
  const command = new ModifyImageAttributeCommand({ ImageId: id, Description: { Value: description } });
  await asked("EC2", "ModifyImageAttribute", ec2.send(command));
  await untilImage(ec2, id, call, "description", (image) => (image.Description ?? "") === description);
}

async function deprecate(ec2: Ec2, id: string, date: string, call: Call): Promise<void> {
  const enable = () => {
    const command = new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(date) });
    return asked("EC2", "EnableImageDeprecation", ec2.send(command));
  };
  await during("enabling deprecation", retryWhileAbsent(call, id, enable));
  const reached = untilImage(ec2, id, call, "deprecation date", (image) =>
    sameMinute(image.DeprecationTime ?? "", date),
  );
  await during("enabling deprecation: waiting for completion", reached);
}

/** On a public image AWS accepts this and does nothing: the wait then times out, as in the real provider. */
async function endDeprecation(ec2: Ec2, id: string, call: Call): Promise<void> {
  const command = new DisableImageDeprecationCommand({ ImageId: id });
  await during("disabling deprecation", asked("EC2", "DisableImageDeprecation", ec2.send(command)));
  const reached = untilImage(ec2, id, call, "deprecation to end", (image) => !image.DeprecationTime);
  await during("disabling deprecation: waiting for completion", reached);
}

async function untilImage(
  ec2: Ec2,
  id: string,
  call: Call,
  what: string,
  reached: (image: Image) => boolean,
): Promise<void> {
  await waitFor(call, { what: `${what} of ${id}`, timeoutSeconds: CHANGE_SECONDS }, async () => {
    const image = await findImage(ec2, id);
    return image && reached(image) ? { done: true } : { status: "not changed yet" };
  });
}

/** EC2 stores dates to the minute, so seconds are no difference. Two absent dates are equal. */
export function sameMinute(one: string, other: string): boolean {
  if (one === "" || other === "") return one === other;
  const minute = (date: string) => Math.round(Date.parse(date) / 60_000);
  return minute(one) === minute(other);
}

/** Deregisters, deletes the snapshots if they are the image's own, and waits until the image is gone. */
export async function deleteImage(session: Session, id: string, old: Properties, call: Call): Promise<void> {
  const ec2 = session.ec2(text(old, "region"));
  try {
    const command = new DeregisterImageCommand({ ImageId: id });
    await during(`deregistering EC2 AMI (${id})`, asked("EC2", "DeregisterImage", ec2.send(command)));
  } catch (error) {
    if (hasCode(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) return;
    throw error;
  }
  if (old.manageEbsSnapshots === true) await deleteSnapshots(ec2, asList(old.ebsBlockDevices));
  const timeoutSeconds = call.timeoutSeconds || DELETE_SECONDS;
  const gone = waitFor(call, { what: `image ${id} to be deleted`, timeoutSeconds }, async () => {
    const image = await findImage(ec2, id);
    return image ? { status: String(image.State) } : { done: true };
  });
  await during(`waiting for EC2 AMI (${id}) delete`, gone);
}

async function deleteSnapshots(ec2: Ec2, devices: readonly unknown[]): Promise<void> {
  const problems: string[] = [];
  for (const device of devices) {
    const SnapshotId = text(asObject(device), "snapshotId");
    if (isZero(SnapshotId)) continue;
    try {
      await asked("EC2", "DeleteSnapshot", ec2.send(new DeleteSnapshotCommand({ SnapshotId })));
    } catch (error) {
      problems.push(`${SnapshotId}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length === 0) return;
  throw new CloudError(
    ["Errors while deleting associated EBS snapshots:", ...problems]
      .concat("These are no longer managed by Terraform and must be deleted manually.")
      .join("\n"),
  );
}
