import { formatSeconds } from "../clouds/progress";
import { PATIENT } from "../clouds/retry";
import type { Io } from "./io";

/** Nothing is silent for longer than this, milliseconds. */
export const SILENCE = 10_000;

/** How long the answers of clouds are waited for; see clouds/retry.ts. */
export const EACH_CALL = `each call is given ${formatSeconds(PATIENT.timeout / 1000)}, and ${PATIENT.attempts} tries`;

/** Work whose beginning and end are all that is seen of it. */
export async function whileWaiting<T>(io: Pick<Io, "err">, what: string, work: () => Promise<T>): Promise<T> {
  const waiting = startWaiting(io, what);
  return work().finally(waiting.end);
}

export interface Waiting {
  /** What is waited for from now on. The same again changes nothing. */
  readonly status: (line: string) => void;
  readonly end: () => void;
}

/** Says every ten seconds what is waited for, and since when. */
export function startWaiting(io: Pick<Io, "err">, first = ""): Waiting {
  let line = first;
  let since = Date.now();
  const timer = setInterval(() => {
    if (line !== "") io.err(`${line} (${formatSeconds((Date.now() - since) / 1000)})\n`);
  }, SILENCE);
  return {
    status(next) {
      if (next === line) return;
      [line, since] = [next, Date.now()];
    },
    end: () => clearInterval(timer),
  };
}
