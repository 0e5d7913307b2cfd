import { AdaptiveLimit } from "../../adaptive-limit";
import { failedWith } from "../../failure";
import { PATIENT, retry, type Retrying, type RetryPolicy, reportRetry } from "../../retry";
import { explainAws } from "../failure";
import type { AwsKey } from "../identity";
import { type Clients, clientsOf } from "./clients";

/** Context of calls to AWS in one region: clients, retry policy, cancellation, progress output. */
export interface Session extends Retrying {
  readonly region: string;
  readonly clients: Clients;
  readonly signal: AbortSignal;
  readonly limit: AdaptiveLimit;
  /** Written to the log. */
  warn(line: string): void;
}

export interface SessionOptions {
  /** Receives progress and notices of retries. Default: discarded. */
  readonly status?: (line: string) => void;
  readonly warn?: (line: string) => void;
  /** Default: {@link PATIENT}. */
  readonly policy?: RetryPolicy;
  /** Credentials of an account other than the environment's. */
  readonly key?: AwsKey | undefined;
}

/** A session with the real cloud, or with the endpoint that the SDK is configured for. */
export function openSession(
  region: string,
  signal: AbortSignal,
  { status, warn, policy = PATIENT, key }: SessionOptions = {},
): Session {
  return {
    region,
    clients: clientsOf(region, key),
    signal,
    policy,
    limit: new AdaptiveLimit(),
    status: (line) => status?.(line),
    warn: (line) => warn?.(line),
  };
}

/** One call through the retry layer; throttling lowers the session's concurrency. */
export function call<T>(
  session: Omit<Session, "clients" | "warn">,
  what: string,
  attempt: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal = session.signal,
): Promise<T> {
  return retry(
    {
      cloud: "AWS",
      signal,
      policy: session.policy,
      curing: session.curing,
      explain: (error) => explainAws(what, session.region, error),
      onRetry: (failure, tries) => {
        if (failure.kind === "throttled" || failure.kind === "timeout") session.limit.throttled();
        reportRetry(session, failure, tries);
      },
    },
    attempt,
  );
}

/** Turns a failure of kind `absent` into `undefined`. */
export async function ifPresent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (failedWith(error, "absent")) return undefined;
    throw error;
  }
}
