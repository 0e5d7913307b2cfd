/** What bears a stack's tags and is not in its state: the words of it, what it costs, and in which order it goes. */
import { TAG } from "../../facts/tags";
import type { Cloud } from "../../config/stack";
import type { Deployment } from "../deployment";

export interface Leftover {
  readonly cloud: Cloud;
  readonly region: string;
  readonly object: { readonly kind: string; readonly id: string; readonly name?: string };
  /** Version, where the tags say so. */
  readonly release?: string;
  /** How it is known to be this stack's. */
  readonly why: string;
  /** RFC 3339; absent where the cloud does not tell. */
  readonly createdAt?: string;
  /** US dollars at list price; absent where it cannot be told. */
  readonly costPerMonth?: number;
}

export interface Found {
  readonly leftover: Leftover;
  /** The lower goes first: an image before its snapshot, a version before its definition before their gallery. */
  readonly rank: number;
  readonly remove: () => Promise<unknown>;
}

/** Whose things are looked for. */
export interface Owner {
  readonly stack: string;
  readonly product: string;
}

export function tagsOf({ stack, product }: Owner): Record<string, string> {
  return { [TAG.stack]: stack, [TAG.product]: product };
}

/** Both tags, exactly: a thing of another stack or product is never touched. */
export function isOwnedBy(owner: Owner, tags: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(tagsOf(owner)).every(([key, value]) => tags?.[key] === value);
}

/** Names what was made once, also what was deleted since: a record says nothing of what is there. */
const RECORD = "imprimatur:index:Record";

/**
 * Everything that the state mentions, in any resource but the signed records: ids, and the texts of inputs and outputs, in
 * lower case. What is found here is never a leftover; it holds more than it must, so that nothing that is in use is taken for
 * one.
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
 * List prices in US dollars per GiB and month, of the cheapest large region and standard storage: for an idea of what is
 * wasted, not for accounting. From memory of the price lists, which could not be read from here (2026-11).
 */
const PRICES = {
  /** aws.amazon.com/ebs/pricing, snapshots, standard tier. What is stored is billed; a volume's size is the most it can be. */
  snapshot: 0.05,
  /** cloud.google.com/compute/disks-image-pricing, custom image storage; by the size of the archive. */
  googleImage: 0.05,
  /** cloud.google.com/storage/pricing, standard storage in a multi-region. */
  object: 0.026,
  /** azure.microsoft.com/pricing/details/managed-disks, standard HDD snapshots; a replica of a version is stored as one. */
  versionReplica: 0.05,
  /** The same page, standard HDD: S4, the smallest step, is 1.54 for 32 GiB. */
  disk: 0.048,
} as const;
/** GiB: a managed disk is billed as the next size up, and this is the smallest. */
const SMALLEST_DISK = 32;

/** @param gib size; absent where the cloud does not tell, and so is the price then */
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
