import { formatSeconds } from "../facts/words";
import type { RetryPolicy } from "../clouds/retry";
import type { Io } from "./io";

/** Maximum silence, milliseconds. */
export const SILENCE = 10_000;

/** Limits of waiting for clouds. */
export function timeOfEachCall({ timeout, attempts }: Pick<RetryPolicy, "timeout" | "attempts">): string {
  return `each call is given ${formatSeconds(timeout / 1000)}, and ${attempts} tries`;
}

type Speaking = Pick<Io, "err" | "saidAt" | "transient">;

/** Runs work, and reports what is waited for. */
export async function whileWaiting<T>(
  io: Speaking,
  what: string,
  work: (waiting: Waiting) => Promise<T>,
): Promise<T> {
  const waiting = startWaiting(io, what);
  return work(waiting).finally(waiting.end);
}

interface Waiting {
  /**
   * Sets what is waited for. The same again changes nothing but the detail.
   *
   * @param detail how far it is: the time it takes goes on
   */
  readonly status: (line: string, detail?: string) => void;
  /** Sets how far it is. */
  readonly detail: (far: string) => void;
  readonly end: () => void;
}

/** Milliseconds between two looks at a terminal's line. */
const TICK = 1_000;

/**
 * Reports what is waited for, and since when: at a terminal in a line of every second, which goes when it ends; else in a
 * line every ten seconds, first ten seconds after the last output.
 */
export function startWaiting(io: Speaking, first = ""): Waiting {
  let line = first;
  let detail = "";
  let since = Date.now();
  const { transient } = io;
  const text = () => {
    const far = detail === "" ? "" : `: ${detail}`;
    const time = `(${formatSeconds((Date.now() - since) / 1000)})`;
    if (line === "") return "";
    // Cut at the terminal's width: what changes comes before it, and limits are for logs.
    return transient ? `${line.split(";")[0]} ${time}${far}` : `${line}${far} ${time}`;
  };
  const pace = transient ? TICK : SILENCE;
  const say = () => {
    if (transient) transient(text());
    else if (line !== "") io.err(`${text()}\n`);
    timer = setTimeout(say, pace);
  };
  // Waits under a second are not reported, and the engine may have printed meanwhile.
  const quiet = transient ? 0 : Math.min(SILENCE - 1000, since - (io.saidAt?.() ?? since));
  let timer = setTimeout(say, pace - quiet);
  return {
    status(next, far = "") {
      detail = far;
      if (next === line) return;
      [line, since] = [next, Date.now()];
    },
    detail: (far) => void (detail = far),
    end() {
      clearTimeout(timer);
      transient?.("");
    },
  };
}
