import { setMaxListeners } from "node:events";
import type { AdaptiveLimit } from "./adaptive-limit";
import { type ByteBudget, IN_FLIGHT } from "./byte-budget";

interface Weight<T> {
  /** Bytes that `work` keeps in memory for this item. */
  bytes: (item: T) => number;
  /** Default: the budget of the whole process. */
  budget?: ByteBudget;
}

/** A semaphore: work waits until fewer than `most` are running, in order of arrival. */
export function atMost(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // The next waiter takes this place.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/**
 * Runs `work` on every item, with the concurrency that `limit` and the budget currently allow. Items are pulled only
 * when there is room, so memory stays at one item for each request in flight, plus one waiting.
 *
 * The first error stops all: no further item is pulled, the signal given to `work` is aborted, everything in flight
 * is awaited, then that error is thrown.
 */
export async function forEachParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: AdaptiveLimit,
  signal: AbortSignal,
  { bytes, budget = IN_FLIGHT }: Weight<T>,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  // One listener for each request in flight is no leak; Node would warn at the eleventh.
  setMaxListeners(0, stopping.signal);
  const share = budget.share();
  const stop = () => stopping.abort();
  signal.addEventListener("abort", stop, { once: true });
  let failed: { error: unknown } | undefined;
  let wake: () => void = () => undefined;
  const running = new Set<Promise<void>>();
  const fail = (error: unknown) => {
    failed ??= { error };
    stop();
  };

  try {
    for await (const item of items) {
      if (failed || signal.aborted) break;
      const weight = bytes(item);
      if (!(await share.take(weight, stopping.signal))) break;
      const job = work(item, stopping.signal)
        .catch(fail)
        .finally(() => {
          share.give(weight);
          running.delete(job);
          wake();
        });
      running.add(job);
      while (running.size >= limit.value && !failed) await new Promise<void>((resolve) => (wake = resolve));
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(running);
  signal.removeEventListener("abort", stop);
  if (failed) throw failed.error;
  if (signal.aborted) throw signal.reason;
}
