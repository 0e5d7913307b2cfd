import { formatSeconds } from "../facts/words";
import { setTimeout as pause } from "node:timers/promises";
import type { Io } from "./io";
import { whileWaiting } from "./waiting";
import type { Watching } from "./watched-engine";

/** One hour: the work that uses the quota ends by itself. */
const TRIES = 60;
const POLL = 60_000;

/**
 * Repeats an `up` that failed only because a quota of concurrent operations is in use, by a cloud's own resource, which
 * does not retry that refusal.
 */
export async function whileQuotaInUse(
  up: () => Promise<Watching>,
  io: Pick<Io, "err" | "saidAt">,
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Promise<Watching> {
  for (let tries = 1; ; tries++) {
    const ended = await up();
    if (ended.status === 0 || ended.quotasInUse.length === 0 || tries > TRIES) return ended;
    const what = ended.quotasInUse.join("; ");
    const left = formatSeconds(((TRIES - tries + 1) * POLL) / 1000);
    io.err(`${what}: going on in ${formatSeconds(POLL / 1000)}, for ${left} more at most\n`);
    await whileWaiting(io, `waiting for one to end: ${what}`, () => wait(POLL));
  }
}
