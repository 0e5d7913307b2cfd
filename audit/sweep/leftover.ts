/** Objects with a stack's tags that are not in its state: wording, cost, and order of deletion. */
import type { Cloud } from "../../facts/clouds";
import { TAG } from "../../facts/tags";
import type { Deployment } from "../deployment";

export interface Leftover {
  readonly cloud: Cloud;
  readonly region: string;
  readonly object: { readonly kind: string; readonly id: string; readonly name?: string };
  /** Version, if tagged; of an image on Google Cloud as its label spells it (`20261120-0`). */
  readonly release?: string;
  /** Evidence that it is this stack's. */
  readonly why: string;
  /** An upload that the next `up` goes on with. */
  readonly resumable?: true;
  /** RFC 3339; absent if unknown. */
  readonly createdAt?: string;
  /** US dollars at list price; absent if unknown. */
  readonly costPerMonth?: number;
}

export interface Found {
  readonly leftover: Leftover;
  /**
   * Lower ranks are deleted first: an image before its snapshot, a version before its definition, a definition before
   * its gallery.
   */
  readonly rank: number;
  readonly remove: () => Promise<unknown>;
}

/** Owner whose objects are searched for. */
export interface Owner {
  readonly stack: string;
  readonly product: string;
}

export function tagsOf({ stack, product }: Owner): Record<string, string> {
  return { [TAG.stack]: stack, [TAG.product]: product };
}

/** Both tags, exactly: objects of another stack or product are never touched. */
export function isOwnedBy(owner: Owner, tags: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(tagsOf(owner)).every(([key, value]) => tags?.[key] === value);
}

/** Records also name objects that have been deleted since: they do not prove existence. */
const RECORD = "imprimatur:index:Record";

/**
 * Everything the state mentions in any resource except signed records: ids, and the strings in inputs and outputs, in
 * lower case. Such an object is never a leftover; the set is deliberately too large, so that nothing in use is
 * deleted.
 */
export function idsKnownTo({ everything }: Deployment): ReadonlySet<string> {
  const known = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value === "string") known.add(value.toLowerCase());
    else if (value !== null && typeof value === "object") Object.values(value).forEach(add);
  };
  for (const { type, id, inputs, outputs } of everything) if (type !== RECORD) add([id, inputs, outputs]);
  return known;
}

/**
 * List prices in US dollars per GiB and month, of the cheapest large region and standard storage: an estimate of
 * waste, not accounting. The pages could not be read from here (2026-11-29); each number is as the price list was quoted
 * elsewhere, the one of Google's images from memory.
 */
const PRICES = {
  /**
   * aws.amazon.com/ebs/pricing, snapshots, standard tier: SKU 7U7TWP44UP36AT3R of AWS's price list, "$0.05 per GB-Month
   * of snapshot data stored - US East (Northern Virginia)". Stored data is billed; the volume's size is an upper bound.
   */
  snapshot: 0.05,
  /** cloud.google.com/compute/disks-image-pricing, custom image storage; by the size of the archive. From memory. */
  googleImage: 0.05,
  /** cloud.google.com/storage/pricing, standard storage: SKU "Standard Storage US Multi-region", 0.026 per GiB. */
  object: 0.026,
  /**
   * prices.azure.com/api/retail/prices, product "Standard HDD Managed Disks", meter "LRS Snapshots": 0.05 per GB; a
   * replica of a version is billed as a snapshot.
   */
  versionReplica: 0.05,
  /** The same product: S4, the smallest tier, is 1.54 for 32 GiB (East US, list of 2018-07-18). */
  disk: 0.048,
} as const;
/** GiB: a managed disk is billed at the next tier; this is the smallest. */
const SMALLEST_DISK = 32;

/** @param gib size; if absent, so is the cost */
export function costOf(what: keyof typeof PRICES, gib: number | undefined): { costPerMonth?: number } {
  if (gib === undefined || !Number.isFinite(gib)) return {};
  const billed = what === "disk" ? Math.max(SMALLEST_DISK, gib) : gib;
  return { costPerMonth: Number((PRICES[what] * billed).toFixed(4)) };
}

export const FREE = { costPerMonth: 0 };

export function inDeletionOrder(found: readonly Found[]): Found[] {
  const key = ({ leftover: { cloud, region, object } }: Found) =>
    [cloud, region, object.kind, object.id].join("\n");
  return [...found].sort((a, b) => a.rank - b.rank || (key(a) < key(b) ? -1 : 1));
}
