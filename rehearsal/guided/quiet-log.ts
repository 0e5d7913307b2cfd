/** Longest time without a sign of life, milliseconds. */
const SIGN_OF_LIFE = 15_000;

/** ` +  aws:ec2:Ami name created (0.5s) [diff: …] what it said last` */
const RESOURCE = /^( [ +~-]+ ?\S+ \S+ \w+?(ing|ed)(?: \w+)? \([\d.]+m?s\))( \[.*?\])?/;

/** The stack's "running" line is repeated with all warnings, which are listed at the end anyway. */
const STACK = /^ {4}pulumi:pulumi:Stack \S+ +(running|warning:|\d+ warnings?$)/;

/**
 * Makes the engine's display readable without a terminal: a line when a resource is finished, diagnostics and the
 * summary; of resources in progress, a line every quarter of a minute.
 *
 * @returns what to print for each line, or undefined
 */
export function quietLog(now: () => number = Date.now): (line: string) => string | undefined {
  let last = now();
  return (line) => {
    if (line.startsWith("@ ") || STACK.test(line)) return undefined; // heartbeats
    const [, head, ending, diff = ""] = RESOURCE.exec(line) ?? [];
    if (ending === "ing") {
      if (now() - last < SIGN_OF_LIFE) return undefined;
      last = now();
      return line;
    }
    last = now();
    // The last status message of a finished resource is obsolete.
    return head ? head + diff : line;
  };
}
