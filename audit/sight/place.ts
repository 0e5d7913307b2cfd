/** One place that had a release, and what is asked there: can anybody else have it? */
import { BRISK } from "../../clouds/retry";
import type { RetryPolicy } from "../../clouds/retry";

export interface Place {
  readonly cloud: string;
  /** As a line begins: `aws us-east-1 ami-0123`. */
  readonly called: string;
  /** Who is asked: an account that has nothing to do with the publisher, or, without one, the owner. */
  readonly by: "stranger" | "owner";
  /** @throws {CloudFailure} it could not be asked */
  readonly isOpen: (signal: AbortSignal) => Promise<boolean>;
}

/** Somebody waits for the answer, and it is asked again by who asks. */
export const GLANCE: RetryPolicy = { ...BRISK, attempts: 2, timeout: 10_000 };
