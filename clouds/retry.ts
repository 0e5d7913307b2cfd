/**
 * The only retry layer. The SDKs' own is switched off: nested layers once made 36 attempts of one refused request and
 * a silent hang (github.com/awslabs/coldsnap/issues/216, /437).
 */
import type { CloudLabel } from "../facts/clouds";
import { setTimeout as pause } from "node:timers/promises";
import { formatSeconds } from "../facts/words";
import { CloudFailure, type FailureKind } from "./failure";
import { transcribeAttempt } from "./transcript/attempt";
import { noteWait } from "./waits";

export interface RetryPolicy {
  /** Total attempts of a call while its failure is transient. */
  attempts: number;
  /** Milliseconds before the second attempt; doubles from there, with full jitter. */
  firstDelay: number;
  /** Longest wait between two attempts, milliseconds. */
  longestDelay: number;
  /** Longest accepted `Retry-After`, milliseconds: for a longer one the call fails. */
  patience: number;
  /** Timeout of one attempt, milliseconds. */
  timeout: number;
  /** Milliseconds that a running attempt may continue after a stop: nearly completed transfers are kept. */
  grace: number;
  wait(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/**
 * 12 attempts with waits up to 20 s: a call survives about two minutes of outage or throttling. 60 s per attempt: 64
 * blocks of 512 KiB in flight still arrive over a link of 5 Mbit/s. Azure's Compute has requested waits of 1,235 s
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

/**
 * Calls that move no disk: they answer within seconds, so that a service which takes requests and answers none is given
 * up after three and a half minutes at most, not after thirteen.
 */
export const LOOKUP: RetryPolicy = { ...PATIENT, attempts: 10, timeout: 15_000 };

/** For interactive queries: five attempts with three seconds of waits, 15 s at most for each. */
export const BRISK: RetryPolicy = {
  ...PATIENT,
  attempts: 5,
  longestDelay: 2_000,
  patience: 30_000,
  timeout: 15_000,
};

/** Context of a call, with its reports of retries. */
export interface Retrying {
  readonly policy: RetryPolicy;
  /** Transient progress. */
  status(line: string): void;
  /** Retried calls. Default: `status`. */
  retrying?(line: string): void;
  /** Every retried failure, also minor ones. */
  failing?(failure: CloudFailure): void;
  /** Replaces the cure by what this caller can do. Default: the cloud module's cure, for a publisher. */
  readonly curing?: ((failure: CloudFailure) => CloudFailure) | undefined;
}

/** Longer waits are reported at once, milliseconds. */
const LONG_WAIT = 5_000;

/** A single retry is not worth reporting; a silent wait looks like a hang. */
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

interface RetryContext {
  /** Display name of the cloud. */
  cloud: CloudLabel;
  signal: AbortSignal;
  policy: RetryPolicy;
  /** Converts whatever the SDK threw to a {@link CloudFailure}. */
  explain(error: unknown): CloudFailure;
  /** See {@link Retrying}. */
  curing?: Retrying["curing"];
  /** Called for each failure that will be retried, with the number of attempts so far. */
  onRetry?(failure: CloudFailure, tries: number): void;
}

/**
 * Runs `attempt` until it succeeds, fails permanently, or the policy's attempts are used up.
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

/** Under Node's code, as of any other connection on which nothing came. */
function noAnswerWithin(milliseconds: number): Error {
  return Object.assign(new Error(`no answer within ${milliseconds / 1000} s`), { code: "ETIMEDOUT" });
}

function kindOf(outcome: CloudFailure | object): FailureKind | undefined {
  return outcome instanceof CloudFailure ? outcome.kind : undefined;
}

async function attemptOnce<T>(
  context: RetryContext,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<{ value: T } | CloudFailure> {
  const { signal, policy } = context;
  // One controller per attempt, unhooked afterwards: AbortSignal.any keeps its sources alive over 10,000 blocks.
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
    // The thrown error says only that it was aborted.
    return context.explain(late ? noAnswerWithin(policy.timeout) : error);
  } finally {
    timers.forEach(clearTimeout);
    signal.removeEventListener("abort", stop);
  }
}
