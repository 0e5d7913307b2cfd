/**
 * Path of a value in the stack config: `["aws", "regions", "eu-central-1"]` is `imprimatur:aws.regions.eu-central-1`.
 */
export type ConfigPath = readonly (string | number)[];

/** One refused value: where, needed versus given, and the cure. */
export interface Problem {
  readonly path: ConfigPath;
  /** The requirement, completing "needs …". */
  readonly needs: string;
  /** The refused value; `undefined`: missing. */
  readonly given?: unknown;
  /** The cure: a whole sentence without its full stop. */
  readonly cure?: string;
}

/** `imprimatur:releases[0].version`; overlong keys are cut, and control characters escaped. */
export function formatPath(path: ConfigPath): string {
  const [key, ...rest] = path;
  const steps = rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${printableText(step)}`));
  return `imprimatur:${printableText(String(key ?? ""))}${steps.join("")}`;
}

/** Longest key or value in a message, in characters; line and path locate the rest. */
const SHOWN = 120;

/** A text cut to that length. */
export function printableText(text: string): string {
  return onOneLine(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

/**
 * A message is one line whatever a file contains: line ends, cursor movements, bidirectional controls and lone
 * surrogates are escaped as in JSON.
 */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** The value at a path, or `undefined`. */
export function valueAt(values: unknown, path: ConfigPath): unknown {
  let value = values;
  for (const step of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
