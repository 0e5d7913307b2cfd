/**
 * The stack's own config as the engine hands it over: every value as text, mappings and lists as JSON.
 *
 * @param all `pulumi.runtime.allConfig()`
 */
export function engineValues(all: Readonly<Record<string, string>>): Record<string, unknown> {
  const prefix = "imprimatur:";
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), withDates(parseJson(text))]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The engine parses an unquoted `2028-11-20T00:00:00Z` as a date and passes it on in Go's format, `2028-11-20
 * 00:00:00 +0000 UTC` (tried with 3.259). This restores the original.
 */
function withDates(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/, "$1T$2$3:$4");
  }
  if (Array.isArray(value)) return value.map(withDates);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withDates(inner)]));
}
