/**
 * The only retry layer. The SDKs' own is switched off: nested layers once made 36 tries of one refused request and a
 * silent stall (github.com/awslabs/coldsnap/issues/216, /437).
 */
import { setTimeout as pause } from "node:timers/promises";
import { formatSeconds } from "../facts/words";
import { CloudFailure, type FailureKind } from "./failure";
import { transcribeAttempt } from "./transcript/attempt";
import { noteWait } from "./waits";

export interface RetryPolicy {
  /** Tries of a call in all, while the failure is one that passes. */
  attempts: number;
  /** Milliseconds before the second try; doubles from there, with full jitter. */
  firstDelay: number;
  /** Longest wait between two tries, milliseconds. */
  longestDelay: number;
  /** Longest wait that a cloud may ask for (`Retry-After`), milliseconds: longer is not waited, nor is it asked again. */
  patience: number;
  /** Milliseconds one try may take before it is given up as timed out. */
  timeout: number;
  /** Milliseconds that a try under way may go on after a stop: what is almost there need not be sent again. */
  grace: number;
  wait(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/**
 * 12 tries with waits up to 20 s: a call survives about two minutes of outage or throttling. 60 s for one try: 64 blocks
 * of 512 KiB in flight still arrive over a link of 5 Mbit/s. Compute on Azure has asked to wait 1,235 s
 * (github.com/Azure/aks-engine/issues/2295, 2019-11-10).
 */
export const PATIENT: RetryPolicy = {
  attempts: 12,
  firstDelay: 200,
  longestDelay: 20_000,
  patience: 3_600_000,
  timeout: 60_000,
  grace: 4_000,
  wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
};

/** For a question that somebody waits for: five tries in three seconds and what they take, 15 s at most for each. */
export const BRISK: RetryPolicy = {
  ...PATIENT,
  attempts: 5,
  longestDelay: 2_000,
  patience: 30_000,
  timeout: 15_000,
};

/** Who calls, and how it is told that a call is tried again. */
export interface Retrying {
  readonly policy: RetryPolicy;
  /** Progress, shown and forgotten. */
  status(line: string): void;
  /** Calls that are tried again. Default: `status`. */
  retrying?(line: string): void;
  /** Every failure that is tried again, also those that are nothing to speak of. */
  failing?(failure: CloudFailure): void;
  /** The same failure with what this asker can do. Default: as the cloud's module says it to a publisher. */
  readonly curing?: ((failure: CloudFailure) => CloudFailure) | undefined;
}

/** Waits from here on are said at once, milliseconds. */
const LONG_WAIT = 5_000;

/** One slow answer is nothing to speak of; a silent wait looks like a stall. */
export function reportRetry(session: Retrying, failure: CloudFailure, tries: number): void {
  session.failing?.(failure);
  const { retryAfter = 0 } = failure;
  if (tries <= 2 && failure.kind !== "timeout" && retryAfter < LONG_WAIT) return;
  const when = retryAfter < LONG_WAIT ? "" : ` in ${formatSeconds(retryAfter / 1000)}`;
  const { attempts } = session.policy;
  const most = Number.isFinite(attempts) ? ` of ${attempts}` : " tries so far";
  const line = `${failure.message}; trying again${when} (${tries}${most})`;
  if (session.retrying) session.retrying(line);
  else session.status(line);
}

export interface RetryContext {
  /** Whose call it is, for people. */
  cloud: "AWS" | "Google Cloud" | "Azure";
  signal: AbortSignal;
  policy: RetryPolicy;
  /** Turns whatever the SDK threw into a {@link CloudFailure}. */
  explain(error: unknown): CloudFailure;
  /** See {@link Retrying}. */
  curing?: Retrying["curing"];
  /** Told of each failure that is going to be retried, and how often the call was tried by then. */
  onRetry?(failure: CloudFailure, tries: number): void;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the policy's tries are used up.
 *
 * @throws {CloudFailure} the last failure; kind `cancelled` when `signal` was aborted
 */
export async function retry<T>(
  context: RetryContext,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, policy } = context;
  for (let tries = 1; ; tries++) {
    throwIfCancelled(signal);
    const begun = Date.now();
    const failure = await transcribeAttempt(tries, kindOf, () => attemptOnce(context, attempt));
    if (!(failure instanceof CloudFailure)) return failure.value;
    const failed = Date.now();
    const what = waitedFor(failure.kind, context.cloud);
    if (failure.kind === "timeout") noteWait({ what, from: begun, to: failed });
    if (!failure.retryable) throw context.curing?.(failure) ?? failure;
    if (tries >= policy.attempts) throw failure.noting(`gave up after ${tries} tries`);
    const { retryAfter = 0 } = failure;
    if (retryAfter > policy.patience) {
      const [asked, most] = [retryAfter, policy.patience].map((wait) => formatSeconds(wait / 1000));
      throw failure.noting(
        `it asks to be called again in ${asked}, and at most ${most} are waited: run the command again then; what was made stays`,
      );
    }
    context.onRetry?.(failure, tries);
    const ceiling = Math.min(policy.longestDelay, policy.firstDelay * 2 ** (tries - 1));
    await wait(policy, Math.max(retryAfter, ceiling * (0.5 + Math.random() / 2)), signal);
    noteWait({ what, from: failed, to: Date.now() });
  }
}

function waitedFor(kind: FailureKind, cloud: RetryContext["cloud"]): string {
  switch (kind) {
    case "throttled":
      return `throttling by ${cloud}`;
    case "timeout":
      return `${cloud}, which did not answer`;
    case "network":
      return `the connection to ${cloud}`;
    default:
      return `failures of ${cloud}`;
  }
}

/** Waits, or throws {@link CloudFailure} `cancelled` as soon as the signal is aborted. */
export async function wait(policy: RetryPolicy, milliseconds: number, signal: AbortSignal): Promise<void> {
  await policy.wait(milliseconds, signal).catch((error: unknown) => {
    throwIfCancelled(signal);
    throw error;
  });
  throwIfCancelled(signal);
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CloudFailure("cancelled", "stopped by request");
}

function kindOf(outcome: CloudFailure | object): FailureKind | undefined {
  return outcome instanceof CloudFailure ? outcome.kind : undefined;
}

async function attemptOnce<T>(
  context: RetryContext,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<{ value: T } | CloudFailure> {
  const { signal, policy } = context;
  // One controller for each try, unhooked afterwards: AbortSignal.any keeps its sources alive over 10,000 blocks.
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timers: NodeJS.Timeout[] = [];
  const stop = () => timers.push(setTimeout(abort, policy.grace));
  signal.addEventListener("abort", stop, { once: true });
  let late = false;
  const outOfTime = () => {
    late = true;
    abort();
  };
  timers.push(setTimeout(outOfTime, policy.timeout));
  try {
    return { value: await attempt(controller.signal) };
  } catch (error) {
    if (signal.aborted) return new CloudFailure("cancelled", "stopped by request");
    if (error instanceof CloudFailure) return error;
    const failure = context.explain(error);
    return late ? failure.noting(`no answer within ${policy.timeout / 1000} s`, "timeout") : failure;
  } finally {
    timers.forEach(clearTimeout);
    signal.removeEventListener("abort", stop);
  }
}
