/** Leftovers of an interrupted registration or copy of an AMI. */
import type { Image } from "@aws-sdk/client-ec2";
import { LOOKUP } from "../../clouds/retry";
import { imagesNamed, launchPermissions, snapshotsOfCopy } from "../../clouds/aws/observe";
import { removeImage, removeSnapshot } from "../../clouds/aws/remove";
import { openSession, type Session } from "../../clouds/aws/api/session";
import { tagRecord } from "../../clouds/aws/api/tags";
import { plain, type Properties } from "../deployment";
import { isOwnedBy, type Owner } from "../sweep/leftover";
import { DELETED, type FindRemnant, type Recovery } from "../recover/remnant";

/** The AMI's snapshot is a separate resource and stays. */
export const amiRemnant: FindRemnant = (inputs, recovery) =>
  imageRemnant(inputs, recovery, ({ BlockDeviceMappings = [] }) => {
    const devices = Array.isArray(inputs.ebsBlockDevices) ? (inputs.ebsBlockDevices as Properties[]) : [];
    const snapshots = devices.flatMap(({ snapshotId }) => plain(snapshotId) ?? []);
    return BlockDeviceMappings.some(({ Ebs }) => snapshots.includes(Ebs?.SnapshotId ?? ""));
  });

/** The copied snapshot belongs to the AMI and is deleted with it. */
export const amiCopyRemnant: FindRemnant = async (inputs, recovery) => {
  const source = plain(inputs.sourceAmiId);
  return imageRemnant(
    inputs,
    recovery,
    ({ SourceImageId }) => source !== undefined && SourceImageId === source,
    async (session, { ImageId = "", BlockDeviceMappings = [] }) => {
      const copied = await snapshotsOfCopy(session, ImageId);
      return [
        ...BlockDeviceMappings.map(({ Ebs }) => Ebs?.SnapshotId),
        ...copied.map(({ SnapshotId }) => SnapshotId),
      ].filter((id) => id !== undefined);
    },
  );
};

/**
 * A name is unique in a region. An AMI that is being copied can be deregistered, which stops the copy (EC2 User
 * Guide, "Copy an Amazon EC2 AMI": "Stop a pending Amazon EC2 AMI copy operation").
 *
 * @param isMadeOfOurs identifies an AMI that was not tagged yet by its source
 */
async function imageRemnant(
  inputs: Properties,
  { owner, ids, signal, status }: Recovery,
  isMadeOfOurs: (image: Image) => boolean,
  snapshotsUnder: (session: Session, image: Image) => Promise<string[]> = () => Promise.resolve([]),
): ReturnType<FindRemnant> {
  const [region, name] = [plain(inputs.region), plain(inputs.name)];
  if (region === undefined || name === undefined) return undefined;
  const session = openSession(region, signal, { status, policy: LOOKUP });
  const named = await imagesNamed(session, name);
  const image = named.find(({ ImageId = "" }) => !ids.has(ImageId.toLowerCase()));
  if (image?.ImageId === undefined) return undefined;
  const id = image.ImageId;
  const kept = reasonToKeep(image, (await launchPermissions(session, id)) ?? [], owner, isMadeOfOurs(image));
  return {
    what: `AMI ${id} (${name}) in ${region}`,
    kept,
    done: DELETED,
    async resolve() {
      const snapshots = new Set(await snapshotsUnder(session, image));
      await removeImage(region, id, signal);
      for (const snapshot of snapshots) await removeSnapshot(region, snapshot, signal);
    },
  };
}

/** Pure: `undefined` if it is this stack's and not shared. */
function reasonToKeep(
  { Public, Tags }: Pick<Image, "Public" | "Tags">,
  permissions: readonly unknown[],
  owner: Owner,
  isMadeOfOurs: boolean,
): string | undefined {
  const tags = tagRecord(Tags);
  const isTagged = Object.keys(tags).some((key) => key.startsWith("imprimatur:"));
  const isOurs = isTagged ? isOwnedBy(owner, tags) : isMadeOfOurs;
  if (!isOurs) return "its tags do not name this stack, and it was not made from what this stack has";
  return Public || permissions.length > 0 ? "it is shared" : undefined;
}
