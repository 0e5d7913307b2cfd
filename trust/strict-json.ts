/** JSON of which every reader understands the same. */

/**
 * Of a key that stands twice in one object some readers take the first value and some the last (RFC 8259, 4), so that one signature
 * would stand for two statements; so do bytes that are no UTF-8.
 *
 * @throws {Error} with what it is, as a predicate: "not JSON", "has …"
 */
export function parseStrictly(bytes: Uint8Array | string): unknown {
  const text = typeof bytes === "string" ? bytes : textOf(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("not JSON");
  }
  const doubled = doubledKey(text);
  if (doubled !== undefined)
    throw new Error(
      `has the key ${JSON.stringify(doubled)} twice in one place, which not every program reads alike`,
    );
  return value;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("not JSON: it is no UTF-8");
  }
}

/** @param text of JSON that was parsed once */
function doubledKey(text: string): string | undefined {
  /** The keys of each object that is open; nothing for an array. */
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]+|\\.)*"|[{}[\]:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== ":") last = token;
    else {
      const key = JSON.parse(last ?? '""') as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
