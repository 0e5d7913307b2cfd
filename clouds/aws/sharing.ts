/** Who besides its owner may use an AMI and the snapshot under it: read as a whole, set as a whole, in a safe order. */
import { CloudFailure, failedWith } from "../failure";
import type { LaunchPermission } from "./image-api";
import { onceSeen, UNSEEN_LIMIT } from "./once-seen";
import { call, callIfPresent, type Session } from "./session";
import type { Permission } from "./snapshot-api";

export interface SnapshotShares {
  /** Everyone. */
  public: boolean;
  /** 12-digit accounts, sorted. */
  accounts: string[];
}

export interface Shares extends SnapshotShares {
  /** ARNs, sorted. A snapshot has no permission for them: they may start the image and not copy it. */
  organizations: string[];
  organizationalUnits: string[];
}

/** An AMI and its root snapshot. */
export interface SharedPair {
  imageId: string;
  snapshotId: string;
}

export interface SeenShares {
  image: Shares;
  snapshot: SnapshotShares;
}

export const NOBODY: Shares = { public: false, accounts: [], organizations: [], organizationalUnits: [] };

/**
 * "You can make up to 500 modifications to a snapshot in a single operation", and not both add and remove (EC2 API
 * reference, ModifySnapshotAttribute, read 2026-11). ModifyImageAttribute names no number: this stays well below.
 */
const BATCH = 100;

/** The same when nobody is to be let in: what is not there then has nothing to close. */
const GONE_LIMIT = 5_000;

/** `undefined` when the image does not exist. A snapshot that is gone is shared with nobody. */
export async function readShares(session: Session, pair: SharedPair): Promise<SeenShares | undefined> {
  try {
    const image = await imageShares(session, pair.imageId);
    return { image, snapshot: await snapshotShares(session, pair.snapshotId).catch(absentIsPrivate) };
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
    // Said of a pending or disabled image, which is not gone, and of a deregistered one (EC2 API reference, error codes).
    if (error.code === "InvalidAMIID.Unavailable" && (await isThere(session, pair.imageId))) throw error;
    return undefined;
  }
}

async function isThere(session: Session, imageId: string): Promise<boolean> {
  const state = await callIfPresent(session, `DescribeImages ${imageId}`, (signal) =>
    session.images.state(imageId, signal),
  );
  return state !== undefined && state !== "deregistered";
}

/**
 * Makes the pair shared with exactly these. Whoever is not named loses the image first and its snapshot then; only after
 * that is anybody let in, to the snapshot first: at no moment does somebody see an image that they cannot copy, and a
 * failure on the way ends with fewer who can read, not more.
 *
 * @throws {CloudFailure} kind `absent` when image or snapshot cannot be seen and somebody is to be let in
 */
export async function setShares(session: Session, pair: SharedPair, want: Shares): Promise<void> {
  const { imageId, snapshotId } = pair;
  const limit = isShared(want) ? UNSEEN_LIMIT : GONE_LIMIT;
  const image = await patiently(session, limit, imageId, () => imageShares(session, imageId));
  const snapshot = await patiently(session, limit, snapshotId, () => snapshotShares(session, snapshotId));
  const wanted = { image: launchPermissions(want), snapshot: volumePermissions(want) };
  const have = {
    image: launchPermissions(image ?? NOBODY),
    snapshot: volumePermissions(snapshot ?? NOBODY),
  };

  for (const Remove of batches(without(have.image, wanted.image)))
    await patiently(session, limit, imageId, () => modifyImage(session, imageId, { Remove }));
  for (const Remove of batches(without(have.snapshot, wanted.snapshot)))
    await patiently(session, limit, snapshotId, () => modifySnapshot(session, snapshotId, { Remove }));
  for (const Add of batches(without(wanted.snapshot, have.snapshot)))
    await patiently(session, limit, snapshotId, () => modifySnapshot(session, snapshotId, { Add }));
  for (const Add of batches(without(wanted.image, have.image)))
    await patiently(session, limit, imageId, () => modifyImage(session, imageId, { Add }));
}

function isShared(want: Shares): boolean {
  return launchPermissions(want).length > 0;
}

async function imageShares(session: Session, imageId: string): Promise<Shares> {
  const permissions = await call(session, `DescribeImageAttribute ${imageId}`, (signal) =>
    session.images.launchPermissions(imageId, signal),
  );
  const all = (key: "UserId" | "OrganizationArn" | "OrganizationalUnitArn") =>
    permissions.flatMap(({ [key]: value }) => (value ? [value] : [])).sort();
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: all("UserId"),
    organizations: all("OrganizationArn"),
    organizationalUnits: all("OrganizationalUnitArn"),
  };
}

async function snapshotShares(session: Session, snapshotId: string): Promise<SnapshotShares> {
  const permissions = await call(session, `DescribeSnapshotAttribute ${snapshotId}`, (signal) =>
    session.snapshots.permissions(snapshotId, signal),
  );
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: permissions.flatMap(({ UserId }) => (UserId ? [UserId] : [])).sort(),
  };
}

function absentIsPrivate(error: unknown): SnapshotShares {
  if (failedWith(error, "absent")) return { public: false, accounts: [] };
  throw error;
}

/** Like {@link onceSeen}; an object that stays unseen is no error for who only wants to close it. */
async function patiently<T>(
  session: Session,
  limit: number,
  id: string,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await onceSeen(session, id, attempt, limit);
  } catch (error) {
    if (limit === GONE_LIMIT && failedWith(error, "absent")) return undefined;
    throw error;
  }
}

function volumePermissions({ public: everyone, accounts }: SnapshotShares): Permission[] {
  return [...(everyone ? [{ Group: "all" } as const] : []), ...accounts.map((UserId) => ({ UserId }))];
}

function launchPermissions(shares: Shares): LaunchPermission[] {
  return [
    ...volumePermissions(shares),
    ...shares.organizations.map((OrganizationArn) => ({ OrganizationArn })),
    ...shares.organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
}

/** What the first list has and the second has not. */
function without<T extends object>(list: readonly T[], other: readonly T[]): T[] {
  const known = new Set(other.map((item) => JSON.stringify(item)));
  return list.filter((item) => !known.has(JSON.stringify(item)));
}

function batches<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += BATCH) result.push(items.slice(at, at + BATCH));
  return result;
}

interface PermissionChange<T> {
  Add?: T[];
  Remove?: T[];
}

async function modifyImage(
  session: Session,
  imageId: string,
  change: PermissionChange<LaunchPermission>,
): Promise<void> {
  const what = `ModifyImageAttribute ${imageId}`;
  await call(session, what, (signal) =>
    session.images.modifyLaunchPermissions(imageId, change, signal),
  ).catch((error: unknown) => {
    throw withCure(error, change, imageCure(session.region, error));
  });
}

async function modifySnapshot(
  session: Session,
  snapshotId: string,
  change: PermissionChange<Permission>,
): Promise<void> {
  const what = `ModifySnapshotAttribute ${snapshotId}`;
  const input = { SnapshotId: snapshotId, Attribute: "createVolumePermission" as const };
  await call(session, what, (signal) =>
    session.snapshots.modifySnapshotAttribute({ ...input, CreateVolumePermission: change }, signal),
  ).catch((error: unknown) => {
    const cure =
      "if block public access for snapshots is on there, turn it off " +
      `(aws ec2 disable-snapshot-block-public-access --region ${session.region}); an encrypted snapshot cannot be public`;
    throw withCure(error, change, cure);
  });
}

/** What AWS refuses last, when everything is made and copied: a public image. */
function imageCure(region: string, error: unknown): string {
  if (error instanceof CloudFailure && error.code === "ResourceLimitExceeded") {
    return (
      `ask AWS for a higher quota of public AMIs in ${region} ` +
      `(aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code L-0E3CBAB9 --desired-value …), ` +
      "or withdraw a release that is public there, then run `pulumi up` again"
    );
  }
  return (
    "if block public access for AMIs is on there, turn it off " +
    `(aws ec2 disable-image-block-public-access --region ${region}; it takes up to 10 minutes); ` +
    "an image with an encrypted snapshot cannot be public"
  );
}

/** A refusal of "everyone" has a cure of its own, and so has one for the key that the snapshot is encrypted under. */
function withCure(error: unknown, { Add }: PermissionChange<{ Group?: "all" }>, cure: string): unknown {
  if (!failedWith(error, "refused", "denied", "busy") || !Add) return error;
  const own = MANAGED_KEY.test(error.message)
    ? MANAGED_KEY_CURE
    : Add.some(({ Group }) => Group === "all")
      ? cure
      : undefined;
  return own === undefined ? error : error.curedBy([error.cure, own].filter(Boolean).join("; "));
}

/**
 * "Encrypted snapshots with EBS default key cannot be shared" (OperationNotPermitted, of the snapshot) and "Snapshots encrypted
 * with the AWS Managed CMK can't be shared" (InvalidParameter, of the image): github.com/hashicorp/packer/issues/7499 and 7410.
 */
const MANAGED_KEY = /EBS default key|AWS Managed CMK/i;
const MANAGED_KEY_CURE =
  "it was made while EBS encryption by default was on, under a key that nobody else can use: switch that off there " +
  "(aws ec2 disable-ebs-encryption-by-default --region …), and make the image again: in the home region under a new version, " +
  "elsewhere by taking the region out of the config, `pulumi up`, and putting it back";
