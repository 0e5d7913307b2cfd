/** Leftovers on AWS, in every region: instances of boot checks, images, snapshots, unfinished uploads, parameters. */
import type { Image, Instance, Snapshot } from "@aws-sdk/client-ec2";
import type { ParameterMetadata } from "@aws-sdk/client-ssm";
import { TAG } from "../../facts/tags";
import { GIB } from "../../facts/units";
import {
  imagesFrom,
  imagesOn,
  imagesTagged,
  instancesTagged,
  openRegions,
  parametersTagged,
  snapshotsOfCopies,
  snapshotsTagged,
} from "../../clouds/aws/observe";
import { removeImage, removeInstance, removeParameter, removeSnapshot } from "../../clouds/aws/remove";
import { openSession } from "../../clouds/aws/api/session";
import { tagRecord } from "../../clouds/aws/api/tags";
import { expectedOfAws } from "./expectations";
import { billedFor, type Found, FREE, isOwnedBy, type Leftover, type Owner, tagsOf } from "../sweep/leftover";
import { nameRelease, resourceNames } from "../sweep/resource-names";
import type { Sweep } from "../sweep/input";

const RANK = { instance: 0, parameter: 0, image: 1, snapshot: 2 } as const;

/** Objects of one region that may be ours. */
interface RegionView {
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

export async function sweepAws(sweep: Sweep): Promise<Found[]> {
  const { deployment, looking, signal, owner, places } = sweep;
  const expected = expectedOfAws(deployment);
  const stated = [...expected.images, ...expected.snapshots].map(({ region }) => region);
  const start = places.regions?.[0] ?? stated[0];
  if (start === undefined) return [];
  const sessionIn = (region: string) => openSession(region, signal, looking);
  // One request first: without credentials every other one would fail alike.
  const open = await looking.ask(() => openRegions(sessionIn(start)));
  if (open === undefined) return [];
  const regions = sweep.options.regions ?? [...new Set([...open, ...stated])];
  const tagged = await Promise.all(
    regions.map(async (region) => {
      const session = sessionIn(region);
      const [images, snapshots, ofCopies, parameters, instances] = await Promise.all([
        looking.ask(() => imagesTagged(session, tagsOf(owner))),
        looking.ask(() => snapshotsTagged(session, tagsOf(owner))),
        looking.ask(() => snapshotsOfCopies(session)),
        looking.ask(() => parametersTagged(session, tagsOf(owner))),
        looking.ask(() => instancesTagged(session, tagsOf(owner))),
      ]);
      if (images !== undefined) looking.count("regions");
      return {
        region,
        images: images ?? [],
        snapshots: snapshots ?? [],
        ofCopies: ofCopies ?? [],
        parameters: parameters ?? [],
        instances: instances ?? [],
      };
    }),
  );
  // An image not tagged yet is identified by its source.
  const sources = [...expected.images, ...tagged.flatMap(({ images }) => images)].flatMap((image) =>
    "id" in image ? image.id : (image.ImageId ?? []),
  );
  const sights = await Promise.all(
    tagged.map(async (sight): Promise<RegionView> => {
      const { region } = sight;
      const session = sessionIn(region);
      const under = [
        ...expected.snapshots.filter((snapshot) => snapshot.region === region).map(({ id }) => id),
        ...sight.snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []),
      ];
      const [copies, registered] = await Promise.all([
        looking.ask(() => imagesFrom(session, sources)),
        looking.ask(() => imagesOn(session, under)),
      ]);
      return { ...sight, derived: [...(copies ?? []), ...(registered ?? [])] };
    }),
  );
  const parameters = new Set(expected.parameters.map(({ region, name }) => `${region} ${name}`));
  const names = new Set([
    ...deployment.ofType("aws:ec2/ami:Ami").map(({ inputs }) => String(inputs.name)),
    ...sights.flatMap(({ snapshots }) => snapshots.flatMap(({ Tags }) => tagRecord(Tags).Name ?? [])),
  ]);
  return leftoversIn(sights, {
    ...{ owner, known: sweep.known, parameters, names },
    unfinished: unfinishedReleases(sweep),
  }).map((leftover): Found => {
    const { region, object } = leftover;
    const kind = object.kind as keyof typeof RANK;
    const remove = {
      instance: removeInstance,
      parameter: removeParameter,
      image: removeImage,
      snapshot: removeSnapshot,
    }[kind];
    return { leftover, rank: RANK[kind], remove: () => remove(region, object.id, signal) };
  });
}

/** Releases of the stack file that an `up` has begun and whose snapshot no `up` has finished. */
export function unfinishedReleases({
  deployment,
  wanted = [],
}: Pick<Sweep, "deployment" | "wanted">): string[] {
  const names = (type: string) => resourceNames(deployment.everything.filter((each) => each.type === type));
  const [finished, begun] = [names("imprimatur:aws:Snapshot"), names("imprimatur:aws:Preflight")];
  return wanted.filter((version) => nameRelease(begun, version) && !nameRelease(finished, version));
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

/** Pure: the leftovers among the objects found, each once. */
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
