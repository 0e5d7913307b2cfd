/** One place of a release, and the check whether others still have access. */
import { BRISK, type RetryPolicy } from "../../clouds/retry";

export interface Place {
  readonly cloud: string;
  /** Start of its line: `aws us-east-1 ami-0123`. */
  readonly called: string;
  /** Credentials of the check: an account unrelated to the publisher or, without one, the owner. */
  readonly by: "stranger" | "owner";
  /** @throws {CloudFailure} when the query fails */
  readonly isOpen: (signal: AbortSignal) => Promise<boolean>;
}

/** A user waits for the result, and the caller repeats the check. */
export const GLANCE: RetryPolicy = { ...BRISK, attempts: 2, timeout: 10_000 };
