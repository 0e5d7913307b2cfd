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

/** `imprimatur:releases[0].version` */
export function formatPath(path: ConfigPath): string {
  const [key, ...rest] = path;
  const steps = rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
  return `imprimatur:${key ?? ""}${steps.join("")}`;
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
