/** What an account has in one region: many objects with one call, and an absent one is no failure. */
import type { Image, Instance, Snapshot } from "@aws-sdk/client-ec2";
import type { Parameter } from "@aws-sdk/client-ssm";
import { AdaptiveLimit } from "../adaptive-limit";
import { failedWith } from "../failure";
import { PATIENT } from "../retry";
import { type AwsKey, clientsOf, ec2Client, ssmClient, stsClient } from "./clients";
import { ALIVE } from "./instances";
import { type FoundParameter, type ObserveApi, observeApi } from "./observe-api";
import { call, type Caller, callIfPresent } from "./session";

export interface Observer extends Caller {
  readonly api: ObserveApi;
}

/**
 * @param key of another account than the environment's
 * @param talk told of calls that are tried again
 */
export function openObserver(
  region: string,
  signal: AbortSignal,
  { key, talk }: { readonly key?: AwsKey; readonly talk?: { status(line: string): void } } = {},
): Observer {
  const clients = key
    ? clientsOf(region, key)
    : { ec2: ec2Client(region), ssm: ssmClient(region), sts: stsClient(region) };
  return {
    region,
    signal,
    policy: PATIENT,
    limit: new AdaptiveLimit(),
    status: (line) => talk?.status(line),
    api: observeApi(clients),
  };
}

/** Ids in one DescribeImages or DescribeSnapshots; AWS names no limit below 1,000. */
const IDS_AT_ONCE = 200;
/** GetParameters takes ten names. */
const NAMES_AT_ONCE = 10;
const PAGE = 1000;
/** A filter takes 200 values (EC2 API reference, "Filtering"). */
const VALUES_AT_ONCE = 200;

/** Images by id, disabled and deprecated ones too. Those that the caller cannot see are left out. */
export async function imagesById(observer: Observer, ids: readonly string[]): Promise<Map<string, Image>> {
  const found = await someOf(ids, IDS_AT_ONCE, (ImageIds) =>
    call(observer, `DescribeImages ${named(ImageIds)}`, async (signal) => {
      const input = { ImageIds, IncludeDeprecated: true, IncludeDisabled: true };
      return (await observer.api.images(input, signal)).Images ?? [];
    }),
  );
  return new Map(found.flatMap((image) => (image.ImageId ? [[image.ImageId, image]] : [])));
}

export async function snapshotsById(
  observer: Observer,
  ids: readonly string[],
): Promise<Map<string, Snapshot>> {
  const found = await someOf(ids, IDS_AT_ONCE, (SnapshotIds) =>
    call(
      observer,
      `DescribeSnapshots ${named(SnapshotIds)}`,
      async (signal) => (await observer.api.snapshots({ SnapshotIds }, signal)).Snapshots ?? [],
    ),
  );
  return new Map(found.flatMap((snapshot) => (snapshot.SnapshotId ? [[snapshot.SnapshotId, snapshot]] : [])));
}

/** The account's own images that have all these tags. */
export function imagesTagged(observer: Observer, tags: Readonly<Record<string, string>>): Promise<Image[]> {
  return ownImages(observer, tagFilters(tags));
}

/** The account's own image of this name, disabled ones too: a name is taken once in a region. */
export function imagesNamed(observer: Observer, name: string): Promise<Image[]> {
  return ownImages(observer, [{ Name: "name", Values: [name] }]);
}

/** The account's own images that were copied from one of these. */
export async function imagesFrom(observer: Observer, sources: readonly string[]): Promise<Image[]> {
  const found = await Promise.all(
    batches(sources, VALUES_AT_ONCE).map((Values) =>
      ownImages(observer, [{ Name: "source-image-id", Values }]),
    ),
  );
  return found.flat();
}

/** The account's own images whose disk is one of these snapshots. */
export async function imagesOn(observer: Observer, snapshots: readonly string[]): Promise<Image[]> {
  const found = await Promise.all(
    batches(snapshots, VALUES_AT_ONCE).map((Values) =>
      ownImages(observer, [{ Name: "block-device-mapping.snapshot-id", Values }]),
    ),
  );
  return found.flat();
}

function ownImages(observer: Observer, Filters: { Name: string; Values: string[] }[]): Promise<Image[]> {
  return pages(async (NextToken) => {
    const input = { Owners: ["self"], Filters, IncludeDisabled: true, MaxResults: PAGE, NextToken };
    const answer = await call(observer, "DescribeImages", (signal) => observer.api.images(input, signal));
    return { items: answer.Images ?? [], next: answer.NextToken };
  });
}

export function snapshotsTagged(
  observer: Observer,
  tags: Readonly<Record<string, string>>,
): Promise<Snapshot[]> {
  return ownSnapshots(observer, tagFilters(tags));
}

/** The account's instances that have all these tags and are not over. */
export function instancesTagged(
  observer: Observer,
  tags: Readonly<Record<string, string>>,
): Promise<Instance[]> {
  const Filters = [...tagFilters(tags), ALIVE];
  return pages(async (NextToken) => {
    const answer = await call(observer, "DescribeInstances", (signal) =>
      observer.api.instances({ Filters, MaxResults: PAGE, NextToken }, signal),
    );
    return { items: answer.Instances, next: answer.NextToken };
  });
}

/** Snapshots that AWS made for a copied image: it writes their description itself, and no tags. */
export function snapshotsOfCopies(observer: Observer): Promise<Snapshot[]> {
  return ownSnapshots(observer, [{ Name: "description", Values: ["Copied for DestinationAmi ami-*"] }]);
}

/** Snapshots that AWS made for one copied image. */
export function snapshotsOfCopy(observer: Observer, imageId: string): Promise<Snapshot[]> {
  return ownSnapshots(observer, [
    { Name: "description", Values: [`Copied for DestinationAmi ${imageId} *`] },
  ]);
}

/** `undefined` when the image is gone by now. */
export function launchPermissions(observer: Observer, id: string) {
  return callIfPresent(observer, `DescribeImageAttribute ${id}`, (signal) =>
    observer.api.launchPermissions(id, signal),
  );
}

/** `undefined` when the snapshot is gone by now. */
export function volumePermissions(observer: Observer, id: string) {
  return callIfPresent(observer, `DescribeSnapshotAttribute ${id}`, (signal) =>
    observer.api.volumePermissions(id, signal),
  );
}

/** Parameters by name; those that are not there are left out. */
export async function parametersNamed(
  observer: Observer,
  names: readonly string[],
): Promise<Map<string, Parameter>> {
  const found = await Promise.all(
    batches(names, NAMES_AT_ONCE).map((batch) =>
      call(observer, `GetParameters ${named(batch)}`, (signal) => observer.api.parameters(batch, signal)),
    ),
  );
  return new Map(found.flat().flatMap((parameter) => (parameter.Name ? [[parameter.Name, parameter]] : [])));
}

/** Of those that are there: what they say of themselves, `""` if nothing. */
export async function parameterDescriptions(
  observer: Observer,
  names: readonly string[],
): Promise<Map<string, string>> {
  const found = await Promise.all(
    batches(names, NAMES_AT_ONCE).map((batch) =>
      pages(async (page) => {
        const { parameters, next } = await call(observer, `DescribeParameters ${named(batch)}`, (signal) =>
          observer.api.parametersDescribed(batch, page, signal),
        );
        return { items: parameters, next };
      }),
    ),
  );
  return new Map(found.flat().map(({ name, description = "" }) => [name, description]));
}

/** `undefined` when the parameter is gone by now. */
export function parameterTags(observer: Observer, name: string): Promise<Record<string, string> | undefined> {
  return call(observer, `ListTagsForResource ${name}`, (signal) => observer.api.parameterTags(name, signal));
}

export function parametersTagged(
  observer: Observer,
  tags: Readonly<Record<string, string>>,
): Promise<FoundParameter[]> {
  return pages(async (page) => {
    const { parameters, next } = await call(observer, "DescribeParameters", (signal) =>
      observer.api.parametersTagged(tags, page, signal),
    );
    return { items: parameters, next };
  });
}

function ownSnapshots(
  observer: Observer,
  Filters: { Name: string; Values: string[] }[],
): Promise<Snapshot[]> {
  return pages(async (NextToken) => {
    const input = { OwnerIds: ["self"], Filters, MaxResults: PAGE, NextToken };
    const answer = await call(observer, "DescribeSnapshots", (signal) =>
      observer.api.snapshots(input, signal),
    );
    return { items: answer.Snapshots ?? [], next: answer.NextToken };
  });
}

/** AWS refuses a whole list for one absent id: it is then asked for in halves, down to the absent ones. */
async function someOf<T>(
  ids: readonly string[],
  most: number,
  ask: (ids: string[]) => Promise<T[]>,
): Promise<T[]> {
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
  return (await Promise.all(batches(ids, most).map(some))).flat();
}

async function pages<T>(
  ask: (token: string | undefined) => Promise<{ items: T[]; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await ask(token);
    all.push(...items);
    token = next || undefined;
  } while (token !== undefined);
  return all;
}

function batches<T>(items: readonly T[], most: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += most) result.push(items.slice(at, at + most));
  return result;
}

function tagFilters(tags: Readonly<Record<string, string>>): { Name: string; Values: string[] }[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

function named(ids: readonly string[]): string {
  return ids.length > 2 ? `${ids[0]} and ${ids.length - 1} more` : ids.join(", ");
}
