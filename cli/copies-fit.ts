import { formatSeconds } from "../facts/words";
import { setTimeout as pause } from "node:timers/promises";
import type { Io } from "./io";
import { whileWaiting } from "./waiting";
import type { Watching } from "./watched-engine";

/** One hour: running copies finish by themselves. */
const TRIES = 60;
const POLL = 60_000;

/**
 * Repeats an `up` that failed only because a region is at its quota of concurrent copies: the native copy does not
 * retry a refusal. One `up` stays within AWS's default quota (components/aws/copy-turns.ts); other copies of the
 * account, or a lower quota, can exceed it.
 */
export async function onceCopiesFit(
  up: () => Promise<Watching>,
  io: Pick<Io, "err" | "saidAt">,
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Promise<Watching> {
  for (let tries = 1; ; tries++) {
    const ended = await up();
    if (ended.status === 0 || ended.fullOfCopies.length === 0 || tries > TRIES) return ended;
    const what = `as many snapshot copies are under way into ${ended.fullOfCopies.join(", ")} as the account may have`;
    const left = formatSeconds(((TRIES - tries + 1) * POLL) / 1000);
    io.err(`${what}: going on in ${formatSeconds(POLL / 1000)}, for ${left} more at most\n`);
    await whileWaiting(io, `waiting for a copy to end: ${what}`, () => wait(POLL));
  }
}
