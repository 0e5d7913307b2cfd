/** The kinds of mutants, and what must be true of the answer to each. */

/** The result of one mutant. */
export interface Judged {
  /** For example "accepted" or "refused"; counted in the report. */
  readonly answer: string;
  /** The fault in the answer; `undefined`: none. */
  readonly fault?: string;
  /** Processor milliseconds spent on making the mutant, which are not the product's. */
  readonly making?: number;
}

export interface Kind {
  readonly what: string;
  /** Number of mutants that `npm run mutants` tries by default. */
  readonly count: number;
  /** Milliseconds, on an idle machine, within which there must be an answer. */
  readonly limit: number;
  /** The work is done by other programs, so its time is measured by the clock. */
  readonly isElsewhere?: boolean;
  /** Prepares the sources of the mutants, in an empty folder. @returns the trial of a seed */
  readonly prepare: (folder: string) => Promise<(seed: number) => Promise<Judged>>;
}

/** Errors with a complete message for people: docs/architecture.md. */
const OURS = new Set([
  ...["Refusal", "UsageProblem", "EditProblem", "DiskProblem", "OddSize", "NotInspectable"],
  ...["TrustProblem", "MalformedId"],
]);

/** `undefined`: one of our errors. */
export function faultOf(error: unknown): string | undefined {
  if (error instanceof Error && OURS.has(error.name)) return faultIn(error.message);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The name of the error's class is one of ours. */
export function isOurs(name: string): boolean {
  return OURS.has(name);
}

/** Faults that no message may have, whatever its subject. */
export function faultIn(message: string): string | undefined {
  if (/\p{Cc}/u.test(message.replaceAll("\n", "")))
    return `control characters in the message: ${JSON.stringify(message)}`;
  if (/^\s+at .*:\d+:\d+\)?$/m.test(message)) return `a stack trace in the message: ${message}`;
  if (
    /\[object \w+\]|\bundefined\b(?! is)|\bNaN\b/.test(message) &&
    !/"[^"]*(\[object|undefined|NaN)/.test(message)
  )
    return `a value that is none in the message: ${message}`;
  const long = message.split("\n").find((line) => line.length > LONGEST_LINE);
  return long === undefined ? undefined : `a line of ${long.length} characters: ${long.slice(0, 300)}`;
}

/** Characters in a line of a message: twice the longest allowed path, and the words around them. */
const LONGEST_LINE = 3000;
