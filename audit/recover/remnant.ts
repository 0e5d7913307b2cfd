/** What an interrupted creation left in a cloud. */
import type { PendingOperation, Properties } from "../deployment";
import type { RetryPolicy } from "../../clouds/retry";
import type { Owner } from "../sweep/leftover";

/** An object under the very name that the creation was to give it, which no resource of the state is. */
export interface Remnant {
  /** `AMI ami-1 in us-east-1` */
  readonly what: string;
  /** Why it is not to be deleted: it is somebody else's, or somebody uses it. Absent: it is this stack's, and nobody has it. */
  readonly kept?: string;
  /** What {@link resolve} does, in the past: `deleted, as nobody else could use it`. */
  readonly done: string;
  /** Gets it out of the way, and waits until that is so. */
  readonly resolve: () => Promise<unknown>;
}

/** How something goes that was made for nobody. */
export const DELETED = "deleted, as nobody else could use it";

/** What looking for remnants works with. */
export interface Recovery {
  /** What the stack is about to be: `gone`, then nothing goes on where it was. */
  readonly next: "up" | "gone";
  readonly owner: Owner;
  /** Ids of the state's resources, in lower case. */
  readonly ids: ReadonlySet<string>;
  /** Of Azure; absent: nothing names one. */
  readonly subscription?: string;
  readonly signal: AbortSignal;
  /** How long the cloud is asked; absent: as long as it takes. */
  readonly policy?: RetryPolicy;
  /** What is waited for. */
  readonly status: (line: string) => void;
}

/** A resource that was to be made. */
export type Creation = Pick<PendingOperation, "urn" | "resourceType" | "inputs">;

/** @throws {CloudFailure} the cloud could not be asked */
export type FindRemnant = (
  inputs: Properties,
  recovery: Recovery,
  urn: string,
) => Promise<Remnant | undefined>;
