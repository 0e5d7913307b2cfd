import { formatSeconds } from "../clouds/progress";
import type { Io } from "./io";

/** Nothing is silent for longer than this, milliseconds. */
const SILENCE = 10_000;

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
