/** Which try of a call an exchange belongs to, and what kind of failure that was: only the retry layer knows. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { FailureKind } from "../failure";
import { activeTranscript, type Exchange } from "./transcript";

interface Attempt {
  readonly number: number;
  /** Exchanges of the try, which are written when it is known how it ended. */
  readonly exchanges: Exchange[];
  isOver: boolean;
}

const attempts = new AsyncLocalStorage<Attempt>();

/** Runs one try of a call. @param kindOf the kind of failure in its outcome, if it is one */
export async function transcribeAttempt<T>(
  number: number,
  kindOf: (outcome: T) => FailureKind | undefined,
  run: () => Promise<T>,
): Promise<T> {
  if (activeTranscript() === undefined) return run();
  const attempt: Attempt = { number, exchanges: [], isOver: false };
  try {
    const outcome = await attempts.run(attempt, run);
    const failure = kindOf(outcome);
    const last = attempt.exchanges.at(-1);
    if (last && failure !== undefined) last.failure = failure;
    return outcome;
  } finally {
    attempt.isOver = true;
    for (const exchange of attempt.exchanges) activeTranscript()?.write(exchange);
  }
}

/** Takes an exchange down: with its try, or at once where it belongs to none. */
export function addExchange(exchange: Omit<Exchange, "attempt">): void {
  const attempt = attempts.getStore();
  const whole = { ...exchange, attempt: attempt?.number ?? 1 };
  if (attempt && !attempt.isOver) attempt.exchanges.push(whole);
  else activeTranscript()?.write(whole);
}
