/** Leftover of an interrupted creation in a cloud. */
import type { Cloud } from "../../facts/clouds";
import type { PendingOperation, Properties } from "../deployment";
import type { RetryPolicy } from "../../clouds/retry";
import type { Owner } from "../sweep/leftover";

/** An object with the name of an interrupted creation that no resource in the state has. */
export interface Remnant {
  /** `AMI ami-1 in us-east-1` */
  readonly what: string;
  /** Reason to keep it: it is someone else's, or shared. Absent: it is this stack's and private. */
  readonly kept?: string;
  /** The effect of {@link resolve}, in the past tense: `deleted, as nobody else could use it`. */
  readonly done: string;
  /** Removes it, and waits for completion. */
  readonly resolve: () => Promise<unknown>;
}

/** Wording for a deleted private object. */
export const DELETED = "deleted, as nobody else could use it";

/** Context of the search for remnants. */
export interface Recovery {
  /** The stack's next operation; with `gone` nothing is resumed. */
  readonly next: "up" | "gone";
  readonly owner: Owner;
  /** Ids of the state's resources, lower case. */
  readonly ids: ReadonlySet<string>;
  /** Where objects are, on clouds whose inputs do not tell: Azure's subscription. */
  readonly accounts: Partial<Record<Cloud, string | undefined>>;
  readonly signal: AbortSignal;
  /** Retries of cloud calls; absent: unlimited. */
  readonly policy?: RetryPolicy;
  /** Status line of waits. */
  readonly status: (line: string) => void;
}

/** A creation, interrupted or planned. */
export type Creation = Pick<PendingOperation, "urn" | "resourceType" | "inputs">;

/** @throws {CloudFailure} when the cloud cannot be queried */
export type FindRemnant = (
  inputs: Properties,
  recovery: Recovery,
  urn: string,
) => Promise<Remnant | undefined>;
