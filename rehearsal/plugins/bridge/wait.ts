import type { Call } from "../../../plugin/resource";

/** Result of a poll: the end, or the current status. */
export type Found<T> = { done: T } | { status: string };

interface WaitOptions {
  readonly timeoutSeconds: number;
  /** For the status line: what is awaited. */
  readonly what: string;
}

/** The wait ended early. `reason` is in Terraform's words. */
export class WaitError extends Error {
  override name = "WaitError";
}

/**
 * The real providers poll every 3 to 10 seconds; here the first poll is after 100 ms and each pause is half again as
 * long, up to 3 s, so that a stand-in cloud without delays costs no waiting.
 */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/**
 * Polls until done or timed out. A Ctrl-C does not stop it: the bridge's `Cancel` is empty, and a resource's context
 * is the engine's request (`provider.go` of pulumi/pulumi-terraform-bridge v3.137, read 2026-11). It ends with the
 * process.
 */
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
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}
