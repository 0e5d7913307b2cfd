import { formatSeconds } from "../facts/words";
import { PATIENT } from "../clouds/retry";
import type { Io } from "./io";

/** Nothing is silent for longer than this, milliseconds. */
export const SILENCE = 10_000;

/** How long the answers of clouds are waited for; see clouds/retry.ts. */
export const EACH_CALL = `each call is given ${formatSeconds(PATIENT.timeout / 1000)}, and ${PATIENT.attempts} tries`;

type Speaking = Pick<Io, "err" | "saidAt">;

/** Work whose beginning and end are all that is seen of it. */
export async function whileWaiting<T>(io: Speaking, what: string, work: () => Promise<T>): Promise<T> {
  const waiting = startWaiting(io, what);
  return work().finally(waiting.end);
}

export interface Waiting {
  /** What is waited for from now on. The same again changes nothing. */
  readonly status: (line: string) => void;
  readonly end: () => void;
}

/** Says every ten seconds what is waited for, and since when; the first time ten seconds after the last word of anybody. */
export function startWaiting(io: Speaking, first = ""): Waiting {
  let line = first;
  let since = Date.now();
  const say = () => {
    if (line !== "") io.err(`${line} (${formatSeconds((Date.now() - since) / 1000)})\n`);
    timer = setTimeout(say, SILENCE);
  };
  // What is over in a second is nothing to speak of, and the engine may have spoken meanwhile.
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
