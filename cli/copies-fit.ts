import { formatSeconds } from "../facts/words";
import { setTimeout as pause } from "node:timers/promises";
import type { Io } from "./io";
import { whileWaiting } from "./waiting";
import type { Watching } from "./watched-engine";

/** An hour: copies that are under way end by themselves. */
const TRIES = 60;
const POLL = 60_000;

/**
 * Runs an `up` again while nothing fails but copies that a region has no room for. It takes only so many of an account at a time,
 * and the native copy does not try again when it is refused. One `up` begins no more than AWS gives at first (components/aws/
 * copy-turns.ts); with those of somebody else, or where the account has less, they are too many.
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
