import { listWords } from "./words";

/**
 * Lines that differ in a place only, as one: 18 regions with the same problem are one problem. A command in backticks that
 * names the place becomes a loop over all of them, to paste.
 *
 * @param places names that may differ: regions
 * @returns in the order of the first of each group
 */
export function mergeAlike(lines: readonly string[], places: readonly string[]): string[] {
  const longestFirst = [...new Set(places)].sort((a, b) => b.length - a.length);
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const place = longestFirst.find((name) => mentions(line, name));
    const key = place === undefined ? line : line.replace(pattern(place), PLACE);
    groups.set(key, [...(groups.get(key) ?? []), place ?? ""]);
  }
  return [...groups].map(([text, found]) => {
    const named = [...new Set(found)];
    const [only] = named;
    if (named.length === 1) return text.replaceAll(PLACE, only ?? "");
    return inEach(text, named);
  });
}

const PLACE = "\0";

function inEach(text: string, places: readonly string[]): string {
  const where = `${listWords(places)} (${places.length})`;
  const [before = "", ...rest] = text.split(PLACE);
  const loops = rest.join(PLACE).replace(/`([^`]*\0[^`]*)`/g, (_, command: string) => {
    const each = command.replaceAll(PLACE, "$region");
    return `\`for region in ${places.join(" ")}; do ${each}; done\``;
  });
  return `${before}${where}${loops.replaceAll(PLACE, "<region>")}`;
}

/** As a word of its own: `us-east-1` is not in `us-east-12`. */
function pattern(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name.replace(/[^\w]/g, "\\$&")}(?![\\w-])`, "g");
}

function mentions(line: string, name: string): boolean {
  return pattern(name).test(line);
}
