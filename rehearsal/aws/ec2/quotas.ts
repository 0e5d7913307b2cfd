import type { Call } from "../call";

export interface Quota {
  readonly code: string;
  readonly service: string;
  readonly name: string;
  readonly default: number;
}

/** As low as 5 in new accounts; the refusal comes last, when the image is made public. */
export const PUBLIC_IMAGES: Quota = { code: "L-0E3CBAB9", service: "ec2", name: "Public AMIs", default: 5 };
export const IMAGES: Quota = { code: "L-B665C33B", service: "ec2", name: "AMIs", default: 50_000 };
/** Per destination region, in flight. */
export const SNAPSHOT_COPIES: Quota = {
  code: "L-A7A32D80",
  service: "ebs",
  name: "Concurrent snapshot copies per destination Region",
  default: 20,
};
export const SNAPSHOTS: Quota = {
  code: "L-309BACF6",
  service: "ebs",
  name: "Snapshots per Region",
  default: 100_000,
};

export const QUOTAS: readonly Quota[] = [PUBLIC_IMAGES, IMAGES, SNAPSHOT_COPIES, SNAPSHOTS];

/** What holds for the caller's account in the region. */
export function quota(of: Quota, call: Pick<Call, "world" | "account" | "region">): number {
  return call.world.regionSettings(call.account.id, call.region).quotas[of.code] ?? of.default;
}
