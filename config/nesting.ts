/** Maximum nesting of lists and mappings in a YAML text; hand-written ones have about ten levels. */
export const DEEPEST = 500;

/** Indents and the markers of lists and complex keys, two or more levels on one line: `- - - x`. */
const BLOCKS = new RegExp(`^(?:[-?]?[ \\t]){${DEEPEST}}`, "m");

/**
 * True if a YAML text is nested so deeply that its recursive parser could exhaust the stack. Catching the RangeError
 * is not enough: V8 ends the process if it compiles a regular expression with no stack left (Node 20, "FATAL ERROR:
 * RegExpCompiler Allocation failed", seed 1009535 of `npm run mutants`, 2026-11-29). Brackets in strings and comments
 * count too.
 */
export function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[{}\]]/g) ?? []) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > DEEPEST) return true;
  }
  return BLOCKS.test(text);
}
