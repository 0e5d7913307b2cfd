/** Objects with a stack's tags that are not in its state: wording, what is billed, and order of deletion. */
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
  /** GiB of storage that the cloud bills at most; 0: nothing; absent: unknown, or billed by the hour. */
  readonly billedGiB?: number;
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
 * Member `billedGiB` of a leftover.
 *
 * @param gib size in GiB; if absent or not a number, so is the member
 */
export function billedFor(gib: number | undefined): { billedGiB?: number } {
  return gib === undefined || !Number.isFinite(gib) ? {} : { billedGiB: Number(gib.toFixed(4)) };
}

export const FREE = { billedGiB: 0 };

export function inDeletionOrder(found: readonly Found[]): Found[] {
  const key = ({ leftover: { cloud, region, object } }: Found) =>
    [cloud, region, object.kind, object.id].join("\n");
  return [...found].sort((a, b) => a.rank - b.rank || (key(a) < key(b) ? -1 : 1));
}
