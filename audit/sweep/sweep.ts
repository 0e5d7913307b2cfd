/** Finds leftovers of crashes, lost states or manual changes on every cloud, and deletes them in the right order. */
import { CloudFailure } from "../../clouds/failure";
import type { Deployment } from "../deployment";
import { Collector } from "../collector";
import { CLOUD_AUDITS } from "../clouds";
import { type Found, inDeletionOrder, idsKnownTo, type Leftover, type Owner } from "./leftover";

/** Further search places from the stack file; the only ones when the state is empty. */
export interface Places {
  readonly awsRegions?: readonly string[];
  readonly project?: readonly string[];
  readonly bucket?: readonly string[];
  readonly subscription?: readonly string[];
}

export interface SweepOptions {
  /** AWS regions to search; default: all of the account. */
  readonly regions?: readonly string[];
}

/** Input of the sweep of one cloud. */
export interface Sweep {
  readonly deployment: Deployment;
  readonly owner: Owner;
  readonly places: Places;
  readonly options: SweepOptions;
  readonly known: ReadonlySet<string>;
  readonly looking: Collector;
  readonly signal: AbortSignal;
}

export interface SweepResult {
  readonly found: readonly Found[];
  /** Inspected objects: `{ regions: 17, buckets: 1 }`. */
  readonly looked: Readonly<Record<string, number>>;
  readonly unasked: readonly string[];
}

/** @param onDelay called once for each cloud that does not answer at once */
export async function findLeftovers({
  onDelay,
  ...wanted
}: Omit<Sweep, "known" | "looking"> & {
  readonly onDelay?: (line: string) => void;
}): Promise<SweepResult> {
  const known = idsKnownTo(wanted.deployment);
  const done = await Promise.all(
    Object.values(CLOUD_AUDITS).map(async ({ sweep }) => {
      const looking = new Collector(onDelay);
      return { found: await sweep({ ...wanted, known, looking }), looking };
    }),
  );
  return {
    found: inDeletionOrder(done.flatMap(({ found }) => found)),
    looked: Object.assign({}, ...done.map(({ looking }) => looking.looked)) as Record<string, number>,
    unasked: done.flatMap(({ looking }) => looking.unasked),
  };
}

export interface Deleted {
  readonly deleted: readonly Leftover[];
  /** One line for each object that still exists. */
  readonly problems: readonly string[];
}

/** Sequentially in rank order: containers after their content. A refusal does not stop the rest. */
export async function deleteLeftovers(
  found: readonly Found[],
  onDeleted: (leftover: Leftover) => void = () => undefined,
): Promise<Deleted> {
  const deleted: Leftover[] = [];
  const problems: string[] = [];
  for (const { leftover, remove } of inDeletionOrder(found)) {
    try {
      await remove();
      deleted.push(leftover);
      onDeleted(leftover);
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
      problems.push(error.message);
    }
  }
  return { deleted, problems };
}
