/** Where a value sits in the stack config: `["aws", "regions", "eu-central-1"]` is `imprimatur:aws.regions.eu-central-1`. */
export type ConfigPath = readonly (string | number)[];

/** One refused value: where, what it needs to be, what it is, and how to mend it. */
export interface Problem {
  readonly path: ConfigPath;
  /** What is allowed, as in "needs …". */
  readonly needs: string;
  /** The refused value; `undefined`: there is none. */
  readonly given?: unknown;
  /** What to do about it: a whole sentence without its full stop. */
  readonly cure?: string;
}

/** `imprimatur:releases[0].version`; a key that nobody can read is cut, and its control characters are spelled. */
export function formatPath(path: ConfigPath): string {
  const [key, ...rest] = path;
  const steps = rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${shown(step)}`));
  return `imprimatur:${shown(String(key ?? ""))}${steps.join("")}`;
}

/** Characters of one key or value in a message: the line and the path say where the rest is. */
const SHOWN = 120;

/** A text as far as a message shows it. */
export function shown(text: string): string {
  return onOneLine(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

/**
 * A message is one line, and a file may say anything: what ends a line, moves a terminal's cursor, turns the order of letters
 * around or is half a character is spelled as JSON spells it.
 */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** What stands at a path, or `undefined`. */
export function valueAt(values: unknown, path: ConfigPath): unknown {
  let value = values;
  for (const step of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
