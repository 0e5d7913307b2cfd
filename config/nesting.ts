/** Levels of lists and mappings that a text of YAML may have; what people write has ten. */
export const DEEPEST = 500;

/** Indents and the marks of lists and complex keys, two levels or more on one line: `- - - x`. */
const BLOCKS = new RegExp(`^(?:[-?]?[ \\t]){${DEEPEST}}`, "m");

/**
 * Whether a text of YAML is nested so deeply that its parser, which calls itself for each level, could use up the stack. That must not
 * be left to its RangeError: where V8 compiles a regular expression with no stack left, it ends the process (Node 20, "FATAL ERROR:
 * RegExpCompiler Allocation failed", seed 1009535 of `npm run mutants`, 2026-11-29). Brackets in texts and comments count too.
 */
export function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[{}\]]/g) ?? []) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > DEEPEST) return true;
  }
  return BLOCKS.test(text);
}
