/** Inventory of an account in one region: batched queries in which an absent object is not a failure. */
import type { Image, Instance, Snapshot } from "@aws-sdk/client-ec2";
import type { Parameter, ParameterMetadata } from "@aws-sdk/client-ssm";
import { failedWith } from "../failure";
import { describeRegions } from "./api/account";
import { describeImages, launchPermissionsOf } from "./api/images";
import { describeInstances } from "./api/instances";
import { describeParameters, getParameters } from "./api/parameters";
import { ifPresent, type Session } from "./api/session";
import { describeSnapshots, volumePermissionsOf } from "./api/snapshots";
import { tagFilters } from "./api/tags";
import { NOT_TERMINATED } from "./instances";

/** Ids per DescribeImages or DescribeSnapshots call; AWS documents no limit below 1,000. */
const IDS_AT_ONCE = 200;
/** GetParameters takes at most ten names. */
const NAMES_AT_ONCE = 10;
/** A filter takes at most 200 values (EC2 API reference, "Filtering"). */
const VALUES_AT_ONCE = 200;

/** The regions enabled for the account. */
export async function openRegions(session: Session): Promise<string[]> {
  return [...(await describeRegions(session))]
    .filter(([, status]) => status !== "not-opted-in")
    .map(([region]) => region);
}

/** Images by id, including disabled and deprecated ones. Those not visible to the caller are omitted. */
export async function imagesById(session: Session, ids: readonly string[]): Promise<Map<string, Image>> {
  const found = await someOf(ids, (some) => describeImages(session, { ids: some }));
  return new Map(found.flatMap((image) => (image.ImageId ? [[image.ImageId, image]] : [])));
}

export async function snapshotsById(
  session: Session,
  ids: readonly string[],
): Promise<Map<string, Snapshot>> {
  const found = await someOf(ids, (some) => describeSnapshots(session, { ids: some }));
  return new Map(found.flatMap((snapshot) => (snapshot.SnapshotId ? [[snapshot.SnapshotId, snapshot]] : [])));
}

/** The account's own images that have all these tags. */
export function imagesTagged(session: Session, tags: Readonly<Record<string, string>>): Promise<Image[]> {
  return describeImages(session, { own: tagFilters(tags) });
}

/** The account's own image of this name, including a disabled one: a name is unique in a region. */
export function imagesNamed(session: Session, name: string): Promise<Image[]> {
  return describeImages(session, { own: [{ Name: "name", Values: [name] }] });
}

/** The account's own images copied from one of these. */
export async function imagesFrom(session: Session, sources: readonly string[]): Promise<Image[]> {
  const found = await Promise.all(
    batches(sources, VALUES_AT_ONCE).map((Values) =>
      describeImages(session, { own: [{ Name: "source-image-id", Values }] }),
    ),
  );
  return found.flat();
}

/** The account's own images whose disk is one of these snapshots. */
export async function imagesOn(session: Session, snapshots: readonly string[]): Promise<Image[]> {
  const found = await Promise.all(
    batches(snapshots, VALUES_AT_ONCE).map((Values) =>
      describeImages(session, { own: [{ Name: "block-device-mapping.snapshot-id", Values }] }),
    ),
  );
  return found.flat();
}

export function snapshotsTagged(
  session: Session,
  tags: Readonly<Record<string, string>>,
): Promise<Snapshot[]> {
  return describeSnapshots(session, { own: tagFilters(tags) });
}

/** The account's instances that have all these tags and are not terminated. */
export function instancesTagged(
  session: Session,
  tags: Readonly<Record<string, string>>,
): Promise<Instance[]> {
  return describeInstances(session, { filters: [...tagFilters(tags), NOT_TERMINATED] });
}

/**
 * Snapshots that AWS created for copied images: recognised by the description that AWS gives them; they have no tags.
 */
export function snapshotsOfCopies(session: Session): Promise<Snapshot[]> {
  return describeSnapshots(session, {
    own: [{ Name: "description", Values: ["Copied for DestinationAmi ami-*"] }],
  });
}

/** Snapshots that AWS created for one copied image. */
export function snapshotsOfCopy(session: Session, imageId: string): Promise<Snapshot[]> {
  return describeSnapshots(session, {
    own: [{ Name: "description", Values: [`Copied for DestinationAmi ${imageId} *`] }],
  });
}

/** `undefined`: the image no longer exists. */
export function launchPermissions(session: Session, id: string) {
  return ifPresent(launchPermissionsOf(session, id));
}

/** `undefined`: the snapshot no longer exists. */
export function volumePermissions(session: Session, id: string) {
  return ifPresent(volumePermissionsOf(session, id));
}

/** Parameters by name; absent ones are omitted. */
export async function parametersNamed(
  session: Session,
  names: readonly string[],
): Promise<Map<string, Parameter>> {
  const asked = batches(names, NAMES_AT_ONCE).map((batch) => getParameters(session, batch));
  const found = (await Promise.all(asked)).flat();
  return new Map(found.flatMap((parameter) => (parameter.Name ? [[parameter.Name, parameter]] : [])));
}

/** Descriptions of the parameters that exist, `""` if one has none. */
export async function parameterDescriptions(
  session: Session,
  names: readonly string[],
): Promise<Map<string, string>> {
  const asked = batches(names, NAMES_AT_ONCE).map((batch) => describeParameters(session, { names: batch }));
  const found = (await Promise.all(asked)).flat();
  return new Map(found.flatMap(({ Name, Description = "" }) => (Name ? [[Name, Description]] : [])));
}

export function parametersTagged(
  session: Session,
  tags: Readonly<Record<string, string>>,
): Promise<ParameterMetadata[]> {
  return describeParameters(session, { tags });
}

/**
 * AWS refuses a complete list because of one absent id: the list is then halved until the absent ids are isolated.
 */
async function someOf<T>(ids: readonly string[], ask: (ids: string[]) => Promise<T[]>): Promise<T[]> {
  const some = async (part: string[]): Promise<T[]> => {
    if (part.length === 0) return [];
    try {
      return await ask(part);
    } catch (error) {
      if (!failedWith(error, "absent")) throw error;
      if (part.length === 1) return [];
      const middle = part.length >> 1;
      return (await Promise.all([some(part.slice(0, middle)), some(part.slice(middle))])).flat();
    }
  };
  return (await Promise.all(batches(ids, IDS_AT_ONCE).map(some))).flat();
}

function batches<T>(items: readonly T[], most: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += most) result.push(items.slice(at, at + most));
  return result;
}
