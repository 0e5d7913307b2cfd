/** Associates an exchange with its attempt and kind of failure, which only the retry layer knows. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { FailureKind } from "../failure";
import { activeTranscript, type Exchange } from "./transcript";

interface Attempt {
  readonly number: number;
  /** Exchanges of the attempt, written once its outcome is known. */
  readonly exchanges: Exchange[];
  isOver: boolean;
}

const attempts = new AsyncLocalStorage<Attempt>();

/**
 * Runs one attempt of a call.
 *
 * @param kindOf the kind of failure of its outcome, if any
 */
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

/** Records an exchange: with its attempt, or at once if it belongs to none. */
export function addExchange(exchange: Omit<Exchange, "attempt">): void {
  const attempt = attempts.getStore();
  const whole = { ...exchange, attempt: attempt?.number ?? 1 };
  if (attempt && !attempt.isOver) attempt.exchanges.push(whole);
  else activeTranscript()?.write(whole);
}
