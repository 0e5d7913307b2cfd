/** Which of the objects found on AWS are left over. Pure. */
import type { Image, Instance, Snapshot } from "@aws-sdk/client-ec2";
import type { ParameterMetadata } from "@aws-sdk/client-ssm";
import { tagRecord } from "../../clouds/aws/api/tags";
import { TAG } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { billedFor, FREE, isOwnedBy, type Leftover, type Owner } from "../sweep/leftover";

/** Objects of one region that may be ours. */
export interface RegionView {
  readonly region: string;
  readonly images: readonly Image[];
  /** Images with a snapshot of ours, or copied from an image of ours, whatever their tags. */
  readonly derived: readonly Image[];
  readonly snapshots: readonly Snapshot[];
  /** Snapshots with AWS's own description of an image copy. */
  readonly ofCopies: readonly Snapshot[];
  readonly parameters: readonly ParameterMetadata[];
  /** Instances of the stack's boot checks. */
  readonly instances: readonly Instance[];
}

interface KnownOnAws {
  readonly owner: Owner;
  readonly known: ReadonlySet<string>;
  /** `region name` */
  readonly parameters: ReadonlySet<string>;
  /** Names of our images, also a tag of their snapshots: an untagged image has one of them. */
  readonly names: ReadonlySet<string>;
  /** Versions whose upload the next `up` goes on with. */
  readonly unfinished?: readonly string[];
}

/** The leftovers among the objects found, each once. */
export function leftoversIn(
  sights: readonly RegionView[],
  { owner, known, parameters, names, unfinished = [] }: KnownOnAws,
): Leftover[] {
  const isKnown = (id: string | undefined) => id !== undefined && known.has(id.toLowerCase());
  const images = sights.flatMap(({ region, images, derived }) => [
    ...images
      .filter(({ ImageId, Tags }) => !isKnown(ImageId) && isOwnedBy(owner, tagRecord(Tags)))
      .map((image) => imageLeftover(region, image, "its tags")),
    ...derived
      .filter(({ ImageId, Tags, Name = "" }) => {
        const tagged = Object.keys(tagRecord(Tags)).some((key) => key.startsWith("imprimatur:"));
        return !isKnown(ImageId) && !tagged && names.has(Name);
      })
      .map((image) =>
        imageLeftover(
          region,
          image,
          `made from this stack's ${image.SourceImageId ?? "snapshot"} under its name, never tagged`,
        ),
      ),
  ]);
  const ours = new Map(images.map((image) => [image.object.id, image]));
  const under = new Map(
    sights.flatMap(({ images, derived }) =>
      [...images, ...derived].flatMap((image) =>
        ours.has(image.ImageId ?? "")
          ? (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) =>
              Ebs?.SnapshotId ? [[Ebs.SnapshotId, image.ImageId] as const] : [],
            )
          : [],
      ),
    ),
  );
  const tagged = new Set(sights.flatMap(({ snapshots }) => snapshots.map(({ SnapshotId }) => SnapshotId)));
  const snapshots = sights.flatMap(({ region, snapshots, ofCopies }) => [
    ...snapshots
      .filter(({ SnapshotId, Tags }) => !isKnown(SnapshotId) && isOwnedBy(owner, tagRecord(Tags)))
      .map((snapshot) => {
        const tags = tagRecord(snapshot.Tags);
        if (!(TAG.upload in tags)) return snapshotLeftover(region, snapshot, "its tags");
        return tags[TAG.release] !== undefined && unfinished.includes(tags[TAG.release] ?? "")
          ? {
              ...snapshotLeftover(region, snapshot, "an upload that the next up goes on with"),
              resumable: true as const,
            }
          : snapshotLeftover(region, snapshot, "an upload that was begun and left");
      }),
    ...ofCopies.flatMap((snapshot) => {
      const { SnapshotId, Description = "", Tags } = snapshot;
      const untagged = !Object.keys(tagRecord(Tags)).some((key) => key.startsWith("imprimatur:"));
      if (isKnown(SnapshotId) || tagged.has(SnapshotId) || !untagged) return [];
      const [made = "", source = "", from = ""] = Description.match(/\b(ami|snap)-[0-9a-f]+/g) ?? [];
      // Its image is a leftover, or is gone while the copy's source is ours: nothing else identifies the owner.
      const image = under.get(SnapshotId ?? "") ?? (ours.has(made) ? made : undefined);
      const ownSource = [source, from].some((id) => isKnown(id) || ours.has(id) || tagged.has(id));
      if (image === undefined && (isKnown(made) || !ownSource)) return [];
      return [
        snapshotLeftover(
          region,
          snapshot,
          image === undefined ? `made for ${made}, a copy of ${source}, which is gone` : `under ${image}`,
        ),
      ];
    }),
  ]);
  const pointers = sights.flatMap(({ region, parameters: found }) =>
    found
      .filter(({ Name: name }) => name !== undefined && !parameters.has(`${region} ${name}`))
      .map(({ Name: name = "", LastModifiedDate: modified }): Leftover => ({
        cloud: "aws",
        region,
        object: { kind: "parameter", id: name },
        why: "its tags",
        ...(modified && { createdAt: modified.toISOString() }),
        ...FREE,
      })),
  );
  // A check terminates its instance, so none is ever in the state. Without the check's own tag it is someone else's.
  const instances = sights.flatMap(({ region, instances: found }) =>
    found
      .filter(({ Tags }) => isOwnedBy(owner, tagRecord(Tags)) && TAG.bootCheck in tagRecord(Tags))
      .map((instance) => instanceLeftover(region, instance)),
  );
  return [
    ...new Map(
      [...instances, ...pointers, ...images, ...snapshots].map((each) => [
        `${each.region} ${each.object.id}`,
        each,
      ]),
    ).values(),
  ];
}

function imageLeftover(
  region: string,
  { ImageId = "", Name, CreationDate, Tags }: Image,
  why: string,
): Leftover {
  const release = tagRecord(Tags)[TAG.release];
  return {
    cloud: "aws",
    region,
    object: { kind: "image", id: ImageId, ...(Name && { name: Name }) },
    release,
    why,
    ...(CreationDate && { createdAt: new Date(CreationDate).toISOString() }),
    // Only its snapshots are billed.
    ...FREE,
  };
}

/** Its price depends on its type, and it shuts itself down after a while if it booted at all. */
function instanceLeftover(region: string, { InstanceId = "", LaunchTime, Tags }: Instance): Leftover {
  const { Name, [TAG.release]: release } = tagRecord(Tags);
  return {
    cloud: "aws",
    region,
    object: { kind: "instance", id: InstanceId, ...(Name && { name: Name }) },
    release,
    why: "a boot check that was begun and left",
    ...(LaunchTime && { createdAt: LaunchTime.toISOString() }),
  };
}

function snapshotLeftover(region: string, snapshot: Snapshot, why: string): Leftover {
  const { SnapshotId = "", StartTime, VolumeSize, FullSnapshotSizeInBytes: bytes, Tags } = snapshot;
  const { Name, [TAG.release]: release } = tagRecord(Tags);
  return {
    cloud: "aws",
    region,
    object: { kind: "snapshot", id: SnapshotId, ...(Name && { name: Name }) },
    release,
    why,
    ...(StartTime && { createdAt: StartTime.toISOString() }),
    ...billedFor(bytes === undefined ? VolumeSize : bytes / GIB),
  };
}
