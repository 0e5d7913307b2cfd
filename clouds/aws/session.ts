import { AdaptiveLimit } from "../adaptive-limit";
import { failedWith } from "../failure";
import { PATIENT, retry, type Retrying, sayRetry } from "../retry";
import { type BlockApi, blockApi } from "./block-api";
import { ebsClient, ec2Client } from "./clients";
import { explainAws } from "./failure";
import { type ImageApi, imageApi } from "./image-api";
import { type SnapshotApi, snapshotApi } from "./snapshot-api";

/** What work in one region needs: the calls, how they are retried, and when to stop. */
export interface Session extends Retrying {
  readonly region: string;
  readonly blocks: BlockApi;
  readonly snapshots: SnapshotApi;
  readonly images: ImageApi;
  readonly signal: AbortSignal;
  readonly limit: AdaptiveLimit;
  /** Worth keeping in the log. */
  warn(line: string): void;
}

/** What a single call needs of a session. */
export type Caller = Pick<
  Session,
  "region" | "signal" | "policy" | "limit" | "status" | "retrying" | "failing" | "curing"
>;

/** A session with the real cloud, or with whatever endpoint the SDK was pointed at. */
export function openSession(
  region: string,
  signal: AbortSignal,
  talk: Pick<Session, "status" | "warn">,
): Session {
  return {
    region,
    blocks: blockApi(ebsClient(region)),
    snapshots: snapshotApi(ec2Client(region)),
    images: imageApi(ec2Client(region)),
    signal,
    policy: PATIENT,
    limit: new AdaptiveLimit(),
    status: (line) => talk.status(line),
    warn: (line) => talk.warn(line),
  };
}

/** One call through the retry layer; a throttled one lowers the session's concurrency. */
export function call<T>(
  session: Caller,
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
        sayRetry(session, failure, tries);
      },
    },
    attempt,
  );
}

/** Like {@link call}, but `undefined` when the object does not exist. */
export async function callIfPresent<T>(
  session: Caller,
  what: string,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call(session, what, attempt);
  } catch (error) {
    if (failedWith(error, "absent")) return undefined;
    throw error;
  }
}
