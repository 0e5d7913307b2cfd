import { formatSeconds } from "../facts/words";
import { PATIENT } from "../clouds/retry";
import type { Io } from "./io";

/** Maximum silence, milliseconds. */
export const SILENCE = 10_000;

/** Limits of waiting for clouds; see clouds/retry.ts. */
export const TIME_OF_EACH_CALL = `each call is given ${formatSeconds(PATIENT.timeout / 1000)}, and ${PATIENT.attempts} tries`;

type Speaking = Pick<Io, "err" | "saidAt">;

/** Runs work without visible progress. */
export async function whileWaiting<T>(io: Speaking, what: string, work: () => Promise<T>): Promise<T> {
  const waiting = startWaiting(io, what);
  return work().finally(waiting.end);
}

export interface Waiting {
  /** Sets what is waited for. The same again changes nothing. */
  readonly status: (line: string) => void;
  readonly end: () => void;
}

/** Reports every ten seconds what is waited for, and since when; first ten seconds after the last output. */
export function startWaiting(io: Speaking, first = ""): Waiting {
  let line = first;
  let since = Date.now();
  const say = () => {
    if (line !== "") io.err(`${line} (${formatSeconds((Date.now() - since) / 1000)})\n`);
    timer = setTimeout(say, SILENCE);
  };
  // Waits under a second are not reported, and the engine may have printed meanwhile.
  const quiet = Math.min(SILENCE - 1000, since - (io.saidAt?.() ?? since));
  let timer = setTimeout(say, SILENCE - quiet);
  return {
    status(next) {
      if (next === line) return;
      [line, since] = [next, Date.now()];
    },
    end: () => clearTimeout(timer),
  };
}
