/** Sets of block indices as text, short enough for the engine's state: `0-511,600,700-703`. */

export function formatRanges(indices: Iterable<number>): string {
  const sorted = [...indices].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let j = i;
    while (j + 1 < sorted.length && sorted[j + 1] === (sorted[j] as number) + 1) j++;
    parts.push(i === j ? `${sorted[i]}` : `${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  return parts.join(",");
}

/** @throws when the text is not in the format of {@link formatRanges} */
export function parseRanges(text: string): Set<number> {
  const indices = new Set<number>();
  for (const part of text === "" ? [] : text.split(",")) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    if (!match) throw new Error(`not a list of block ranges: ${JSON.stringify(part)}`);
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    for (let index = first; index <= last; index++) indices.add(index);
  }
  return indices;
}
