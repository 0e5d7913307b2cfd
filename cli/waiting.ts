import { formatSeconds } from "../facts/words";
import type { RetryPolicy } from "../clouds/retry";
import type { Io } from "./io";

/** Maximum silence, milliseconds. */
export const SILENCE = 10_000;

/** Limits of waiting for clouds. */
export function timeOfEachCall({ timeout, attempts }: Pick<RetryPolicy, "timeout" | "attempts">): string {
  return `each call is given ${formatSeconds(timeout / 1000)}, and ${attempts} tries`;
}

type Speaking = Pick<Io, "err" | "saidAt">;

/** Runs work without visible progress. */
export async function whileWaiting<T>(io: Speaking, what: string, work: () => Promise<T>): Promise<T> {
  const waiting = startWaiting(io, what);
  return work().finally(waiting.end);
}

export interface Waiting {
  /**
   * Sets what is waited for. The same again changes nothing but the detail.
   *
   * @param detail how far it is: the time it takes goes on
   */
  readonly status: (line: string, detail?: string) => void;
  readonly end: () => void;
}

/** Reports every ten seconds what is waited for, and since when; first ten seconds after the last output. */
export function startWaiting(io: Speaking, first = ""): Waiting {
  let line = first;
  let detail = "";
  let since = Date.now();
  const say = () => {
    const far = detail === "" ? "" : `: ${detail}`;
    if (line !== "") io.err(`${line}${far} (${formatSeconds((Date.now() - since) / 1000)})\n`);
    timer = setTimeout(say, SILENCE);
  };
  // Waits under a second are not reported, and the engine may have printed meanwhile.
  const quiet = Math.min(SILENCE - 1000, since - (io.saidAt?.() ?? since));
  let timer = setTimeout(say, SILENCE - quiet);
  return {
    status(next, far = "") {
      detail = far;
      if (next === line) return;
      [line, since] = [next, Date.now()];
    },
    end: () => clearTimeout(timer),
  };
}
