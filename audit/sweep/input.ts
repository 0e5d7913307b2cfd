import type { Collector } from "../collector";
import type { Deployment } from "../deployment";
import type { Owner } from "./leftover";

/** Places of one cloud by kind: `{ regions: ["eu-central-1"] }`, `{ projects: ["demo"], buckets: ["archives"] }`. */
export type SearchPlaces = Readonly<Record<string, readonly string[]>>;

interface SweepOptions {
  /** AWS regions to search; default: all of the account. */
  readonly regions?: readonly string[];
}

/** Input of the sweep of one cloud. */
export interface Sweep {
  readonly deployment: Deployment;
  readonly owner: Owner;
  readonly places: SearchPlaces;
  readonly options: SweepOptions;
  /** Versions of the stack file's staged and published releases; default: it is not known. */
  readonly wanted?: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly collector: Collector;
  readonly signal: AbortSignal;
}
