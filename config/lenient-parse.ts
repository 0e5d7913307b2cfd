import type { z } from "zod";
import { type ConfigPath, valueAt } from "./problem";
import { suggest } from "./suggest";
import { keysAt } from "./translate";

/** A value that fits its schema, and the paths in it that the user did not write. */
interface Repaired<T> {
  readonly value: T;
  readonly replaced: readonly ConfigPath[];
}

/** A minimal valid form of a section; `value` is what the user gave. */
export type Placeholder = (value: unknown) => unknown;

/** A schema reports some issues only once others are gone; a section that needs more rounds than this is given up. */
const ROUNDS = 8;

/**
 * Repairs a malformed value until it fits its schema, so that rules over several values can be tried on the rest:
 * unknown keys are removed, a mistyped key gets its right name, and a refused value gets its default or the
 * placeholder's. A list is replaced as a whole, because the positions of its entries must stay.
 *
 * A section's schema alone does not do (tried on 2026-11-29: five tests of messages fail): a section with one refused
 * value would be checked by no rule, and whatever else is wrong with it be found only by the next run.
 *
 * @param at path of `value` in the stack config; prefix of the returned paths
 * @returns `undefined` when it cannot be repaired
 */
export function parseLeniently<T>(
  schema: z.ZodType<T>,
  given: unknown,
  at: ConfigPath,
  sample: Placeholder,
): Repaired<T> | undefined {
  const replaced: ConfigPath[] = [];
  let value = structuredClone(given);
  for (let round = 0; round < ROUNDS; round++) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { value: parsed.data, replaced: replaced.map((path) => [...at, ...path]) };
    const before = [...replaced];
    for (const issue of parsed.error.issues) {
      const path = issue.path as ConfigPath;
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) rename(valueAt(value, path), key, keysAt(schema, path));
        continue;
      }
      replaced.push(path);
      if (issue.code === "invalid_key") {
        const above = path.slice(0, -1);
        rename(valueAt(value, above), String(path.at(-1)), keysAt(schema, above));
        continue;
      }
      const spot = pathToReplace(path, before);
      replaced.push(spot);
      value = replace(value, spot, valueAt(sample(given), spot));
    }
  }
  return undefined;
}

/** True if a rule about `path` concerns a replaced value. */
export function isReplaced(path: ConfigPath, replaced: readonly ConfigPath[]): boolean {
  return replaced.some((other) => other.slice(0, path.length).every((step, index) => step === path[index]));
}

/** The parent of the first list on the path, and of a value that was replaced before and is still refused. */
function pathToReplace(path: ConfigPath, before: readonly ConfigPath[]): ConfigPath {
  const list = path.findIndex((step) => typeof step === "number");
  let spot = list < 0 ? path : path.slice(0, list);
  while (spot.length > 0 && before.some((other) => other.join("\0") === spot.join("\0"))) {
    spot = spot.slice(0, -1);
  }
  return spot;
}

function rename(holder: unknown, key: string, known: readonly string[]): void {
  if (!isHolder(holder)) return;
  const meant = suggest(key, known);
  if (meant !== undefined && !(meant in holder)) holder[meant] = holder[key];
  delete holder[key];
}

/** Sets the value at the path to `by`; `undefined` removes it. */
function replace(value: unknown, path: ConfigPath, by: unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return by;
  const holder = valueAt(value, path.slice(0, -1));
  if (!isHolder(holder)) return value;
  if (by === undefined) delete holder[last];
  else holder[last] = by;
  return value;
}

function isHolder(value: unknown): value is Record<string | number, unknown> {
  return value !== null && typeof value === "object";
}
