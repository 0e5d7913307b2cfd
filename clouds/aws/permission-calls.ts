/** Reads and changes the permissions of an AMI and a snapshot in EC2, with the cures of its refusals. */
import { CloudFailure, failedWith } from "../failure";
import { type LaunchPermission, launchPermissionsOf, modifyLaunchPermissions } from "./api/images";
import { IMAGE_SHARING, PUBLIC_IMAGES, requestMore } from "./api/quotas";
import type { Session } from "./api/session";
import { modifyVolumePermissions, type Permission, volumePermissionsOf } from "./api/snapshots";

export interface SnapshotShares {
  /** Everyone. */
  public: boolean;
  /** 12-digit accounts, sorted. */
  accounts: string[];
}

export interface Shares extends SnapshotShares {
  /**
   * ARNs, sorted. Snapshots cannot be shared with them: organisations and units may launch the image but not copy it.
   */
  organizations: string[];
  organizationalUnits: string[];
}

export const NO_SHARES: Shares = { public: false, accounts: [], organizations: [], organizationalUnits: [] };

/**
 * "You can make up to 500 modifications to a snapshot in a single operation", and not both add and remove (EC2 API
 * reference, ModifySnapshotAttribute, read 2026-11). ModifyImageAttribute names no number: this stays well below.
 */
const BATCH = 100;

export async function imageShares(session: Session, imageId: string): Promise<Shares> {
  const permissions = await launchPermissionsOf(session, imageId);
  const all = (key: "UserId" | "OrganizationArn" | "OrganizationalUnitArn") =>
    permissions.flatMap(({ [key]: value }) => (value ? [value] : [])).sort();
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: all("UserId"),
    organizations: all("OrganizationArn"),
    organizationalUnits: all("OrganizationalUnitArn"),
  };
}

export async function snapshotShares(session: Session, snapshotId: string): Promise<SnapshotShares> {
  const permissions = await volumePermissionsOf(session, snapshotId);
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: permissions.flatMap(({ UserId }) => (UserId ? [UserId] : [])).sort(),
  };
}

export function volumePermissions({ public: everyone, accounts }: SnapshotShares): Permission[] {
  return [...(everyone ? [{ Group: "all" } as const] : []), ...accounts.map((UserId) => ({ UserId }))];
}

export function launchPermissions(shares: Shares): LaunchPermission[] {
  return [
    ...volumePermissions(shares),
    ...shares.organizations.map((OrganizationArn) => ({ OrganizationArn })),
    ...shares.organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
}

/** Members of the first list that are not in the second. */
export function notIn<T extends object>(list: readonly T[], other: readonly T[]): T[] {
  const known = new Set(other.map((item) => JSON.stringify(item)));
  return list.filter((item) => !known.has(JSON.stringify(item)));
}

export function batches<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += BATCH) result.push(items.slice(at, at + BATCH));
  return result;
}

interface PermissionChange<T> {
  Add?: T[];
  Remove?: T[];
}

export async function modifyImage(
  session: Session,
  imageId: string,
  change: PermissionChange<LaunchPermission>,
): Promise<void> {
  await modifyLaunchPermissions(session, imageId, change).catch((error: unknown) => {
    const { region } = session;
    throw withCure(error, change, imageCure(region, error), granteesCure(region, error));
  });
}

export async function modifySnapshot(
  session: Session,
  snapshotId: string,
  change: PermissionChange<Permission>,
): Promise<void> {
  await modifyVolumePermissions(session, snapshotId, change).catch((error: unknown) => {
    const cure =
      "if block public access for snapshots is on there, turn it off " +
      `(aws ec2 disable-snapshot-block-public-access --region ${session.region}); an encrypted snapshot cannot be public`;
    throw withCure(error, change, cure);
  });
}

/** Cure for a refused public image, which AWS reports last, when everything has been created and copied. */
function imageCure(region: string, error: unknown): string {
  if (error instanceof CloudFailure && error.code === "ResourceLimitExceeded") {
    return (
      `ask AWS for a higher quota of public AMIs in ${region} (${requestMore(region, PUBLIC_IMAGES, "…")}), ` +
      "or withdraw a release that is public there, then run `pulumi up` again"
    );
  }
  return (
    "if block public access for AMIs is on there, turn it off " +
    `(aws ec2 disable-image-block-public-access --region ${region}; it takes up to 10 minutes); ` +
    "an image with an encrypted snapshot cannot be public"
  );
}

/** Cure when the image's sharing quota is exceeded. */
function granteesCure(region: string, error: unknown): string | undefined {
  if (!(error instanceof CloudFailure) || error.code !== "ResourceLimitExceeded") return undefined;
  return (
    `ask AWS for a higher quota of AMI sharing in ${region} (${requestMore(region, IMAGE_SHARING, "…")}), ` +
    "or share it with an organisation, then run `pulumi up` again"
  );
}

/**
 * Adds the cures specific to a refusal of "everyone", or of the snapshot's encryption key.
 *
 * @param forOthers for a refusal of accounts and organisations
 */
function withCure(
  error: unknown,
  { Add }: PermissionChange<{ Group?: "all" }>,
  cure: string,
  forOthers?: string,
): unknown {
  if (!failedWith(error, "refused", "denied", "busy") || !Add) return error;
  const own = MANAGED_KEY.test(error.message)
    ? MANAGED_KEY_CURE
    : Add.some(({ Group }) => Group === "all")
      ? cure
      : forOthers;
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
