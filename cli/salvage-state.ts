/**
 * The readable part of a truncated state. The engine writes resources in order of creation, so that each comes after
 * its dependencies (`snap.Resources` is topologically sorted: VerifyIntegrity of pkg/resource/deploy/snapshot.go,
 * 3.259), and after the secrets provider's settings: any prefix is a valid state.
 *
 * @returns `undefined`: no resource is complete
 */
export function salvageState(text: string): string | undefined {
  const start = /"resources":\s*\[/.exec(text);
  if (start === null) return undefined;
  const from = start.index + start[0].length;
  const outside = openBrackets(text.slice(0, from));
  let end: number | undefined;
  let inside = 0;
  forEachBracket(text, from, (bracket, at) => {
    inside += bracket === "{" || bracket === "[" ? 1 : -1;
    if (inside === 0) end = at + 1;
  });
  if (end === undefined) return undefined;
  const closing = outside.map((bracket) => (bracket === "{" ? "}" : "]")).reverse();
  const whole = text.slice(0, end) + closing.join("");
  try {
    JSON.parse(whole);
    return whole;
  } catch {
    return undefined;
  }
}

function openBrackets(text: string): string[] {
  const open: string[] = [];
  forEachBracket(text, 0, (bracket) => {
    if (bracket === "{" || bracket === "[") open.push(bracket);
    else open.pop();
  });
  return open;
}

/** Brackets of the JSON structure, not those in strings. */
function forEachBracket(text: string, from: number, visit: (bracket: string, at: number) => void): void {
  const tokens = /"(?:[^"\\]|\\.)*(?:"|$)|[{}[\]]/gs;
  tokens.lastIndex = from;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    if (!match[0].startsWith('"')) visit(match[0], match.index);
  }
}
