/** What there are mutants of, and what must be true of the answer to each. */

/** What became of one mutant. */
export interface Judged {
  /** As "accepted" and "refused": counted. */
  readonly answer: string;
  /** What is wrong with the answer; `undefined`: nothing. */
  readonly fault?: string;
  /** Milliseconds of the processor that making the mutant took: not the product's. */
  readonly making?: number;
}

export interface Kind {
  readonly what: string;
  /** How many `npm run mutants` tries unless it is told. */
  readonly count: number;
  /** Milliseconds, on a quiet machine, within which there must be an answer. */
  readonly limit: number;
  /** Other programs do the work. */
  readonly isElsewhere?: boolean;
  /** Makes what the mutants are made from, in a folder of its own. */
  readonly prepare: (folder: string) => Promise<(seed: number) => Promise<Judged>>;
}

/** Errors whose message is for people and complete: docs/architecture.md. */
const OURS = new Set([
  ...["Refusal", "UsageProblem", "EditProblem", "DiskProblem", "OddSize", "NotInspectable"],
  ...["TrustProblem", "MalformedId"],
]);

/** `undefined`: an error of ours. */
export function faultOf(error: unknown): string | undefined {
  if (error instanceof Error && OURS.has(error.name)) return faultIn(error.message);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The name of the error's class is one of ours. */
export function isOurs(name: string): boolean {
  return OURS.has(name);
}

/** What no message may have in it, whatever it is about. */
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

/** Of a message: a path of the longest allowed kind, twice, and words around it. */
const LONGEST_LINE = 3000;
