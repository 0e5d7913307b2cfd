import type { Call } from "../../../plugin/resource";

/** What a poll found: the end, or a word on where things stand. */
export type Found<T> = { done: T } | { status: string };

export interface WaitOptions {
  readonly timeoutSeconds: number;
  /** For the status line: what is being waited for. */
  readonly what: string;
}

/** The wait was cut short. `reason` is worded as Terraform words it. */
export class WaitError extends Error {
  override name = "WaitError";
}

/**
 * The real providers look every 3 to 10 seconds; here the first look is after 100 ms and each pause is half again as
 * long, up to 3 s, so that a stand-in cloud without delays costs no waiting.
 */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/** Polls until done, the time is up, or the user cancels. */
export async function waitFor<T>(
  call: Call,
  { timeoutSeconds, what }: WaitOptions,
  poll: () => Promise<Found<T>>,
): Promise<T> {
  const started = Date.now();
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const found = await poll();
    if ("done" in found) {
      if (pause > FIRST_PAUSE_MS) call.status(`${what}: done`);
      return found.done;
    }
    const waited = (Date.now() - started) / 1000;
    if (waited > timeoutSeconds) {
      throw new WaitError(
        `timeout while waiting for ${what} (last state: '${found.status}', timeout: ${timeoutSeconds}s)`,
      );
    }
    call.status(`${what}: ${found.status} (${Math.round(waited)} s)`);
    await sleep(pause, call.signal);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new WaitError("context canceled");
  await new Promise<void>((resolve, reject) => {
    const cancelled = () => {
      clearTimeout(timer);
      reject(new WaitError("context canceled"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cancelled);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", cancelled, { once: true });
  });
}
