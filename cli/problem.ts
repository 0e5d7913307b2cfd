import { EXIT, type ExitCode, type Io } from "./io";

/**
 * A request that cannot be fulfilled until the caller fixes it: the message is complete, one line for each problem.
 */
export class Refusal extends Error {
  override name = "Refusal";
  readonly exitCode: ExitCode = EXIT.problem;
}

/** The command line is incomplete or contradicts itself: exit code 2. */
export class UsageProblem extends Refusal {
  override name = "UsageProblem";
  override readonly exitCode = EXIT.usage;
}

/** The stack is being updated by someone else: exit code 14. */
export class HeldByOther extends Refusal {
  override name = "HeldByOther";
  override readonly exitCode = EXIT.held;
}

/** Errors that are only thrown by bugs. */
const FAULTS = [TypeError, ReferenceError, RangeError, SyntaxError];

interface RenderOptions {
  /** Print stack traces, including causes. */
  debug: boolean;
  /** The message is also the result on stdout: `{"schemaVersion": 1, "problems": […]}`, a line each. */
  json: boolean;
}

/** Prints the problem: one line each, a stack trace only with `--debug`. */
export function renderProblem(error: unknown, io: Io, { debug, json }: RenderOptions): void {
  // The message may quote a cloud or a file, whose control characters must not reach the terminal.
  const message = messageOf(error).replace(/[^\P{Cc}\n\t]/gu, "\ufffd");
  const problems = message.split("\n");
  if (json) io.out(`${JSON.stringify({ schemaVersion: 1, problems }, null, 2)}\n`);
  io.err(problems.map((line) => `imprimatur: ${line}\n`).join(""));
  if (debug) io.err(`${stackOf(error)}\n`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (FAULTS.some((fault) => error instanceof fault)) {
    return `this is a fault in imprimatur, not yours: ${error.message}. Run it again with --debug and report what it prints.`;
  }
  return error.message;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
