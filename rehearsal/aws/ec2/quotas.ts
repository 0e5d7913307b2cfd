import type { Call } from "../call";

export interface Quota {
  readonly code: string;
  readonly service: string;
  readonly name: string;
  readonly default: number;
  /** Adjustable through Service Quotas; else only through AWS Support. */
  readonly adjustable: boolean;
}

/*
 * Names, codes, defaults: EC2 User Guide, "Quotas for Amazon EC2" (the page's links hold the codes), and a real
 * account's list of `aws service-quotas list-service-quotas` (ebs and ec2), both read 2026-11. That list, of
 * adjustable quotas, has no concurrent snapshot copies; "Concurrent snapshot copies per destination Region, 20,
 * adjustable: false" is from another list. Its code here is this stand-in's own.
 */

/** As low as 5 in new accounts; the refusal comes last, when the image is made public. */
export const PUBLIC_IMAGES: Quota = {
  code: "L-0E3CBAB9",
  service: "ec2",
  name: "Public AMIs",
  default: 5,
  adjustable: true,
};
/** Includes pending and disabled ones. */
export const IMAGES: Quota = {
  code: "L-B665C33B",
  service: "ec2",
  name: "AMIs",
  default: 50_000,
  adjustable: true,
};
/** Accounts, organisations and organisational units that one image is shared with. */
export const IMAGE_SHARING: Quota = {
  code: "L-70015FFA",
  service: "ec2",
  name: "AMI sharing",
  default: 1000,
  adjustable: true,
};
/** Per destination region, in flight. */
export const SNAPSHOT_COPIES: Quota = {
  code: "L-A7A32D80",
  service: "ebs",
  name: "Concurrent snapshot copies per destination Region",
  default: 20,
  adjustable: false,
};
const SNAPSHOTS: Quota = {
  code: "L-309BACF6",
  service: "ebs",
  name: "Snapshots per Region",
  default: 100_000,
  adjustable: true,
};

export const QUOTAS: readonly Quota[] = [PUBLIC_IMAGES, IMAGES, IMAGE_SHARING, SNAPSHOT_COPIES, SNAPSHOTS];

/** The value for the caller's account and region. */
export function quota(limit: Quota, call: Pick<Call, "world" | "account" | "region">): number {
  return call.world.regionSettings(call.account.id, call.region).quotas[limit.code] ?? limit.default;
}

/** True if the account is at its quota of snapshots in the region. */
export function holdsAllSnapshots(call: Pick<Call, "world" | "account" | "region">): boolean {
  const { world, account, region } = call;
  const held = [...world.snapshots.values()].filter(
    (one) => one.owner === account.id && one.region === region,
  );
  return held.length >= quota(SNAPSHOTS, call);
}
