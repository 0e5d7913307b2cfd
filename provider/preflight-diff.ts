import { type Diff, diffInputs, type Properties } from "../plugin/resource";
import type { Shape } from "../plugin/shape";

/** Inputs of the last preflight, and of this one. */
export interface Asked<A> {
  readonly before: A;
  readonly now: A;
}

/**
 * A preflight runs again if it covers more than the last one: removals do not wait for it, and a withdrawn release is
 * not checked. One that returns is checked completely.
 *
 * @param shape what is compared: a preflight of which an older version kept less runs again
 * @param isLess true if the last result covers these inputs, as far as cloud and place are concerned
 */
export function diffPreflight<A extends object>(
  shape: Shape<A>,
  old: Properties,
  inputs: Properties,
  isLess: (asked: Asked<A>) => boolean,
  ignore: readonly string[] = [],
): Diff {
  if (inputs.withdrawn === true) return { changes: {} };
  const diff = diffInputs(old, inputs, { ignore });
  if (old.withdrawn === true || !shape.is(old) || !shape.is(inputs)) return diff;
  return isLess({ before: old, now: inputs }) ? { changes: {} } : diff;
}

/** True if everything in the second list is in the first, by value. */
export function isAmong(before: readonly unknown[] = [], now: readonly unknown[] = []): boolean {
  const known = new Set(before.map(spelled));
  return now.every((one) => known.has(spelled(one)));
}

/** True if these properties have the same values. */
export function isSame<A extends object>(
  { before, now }: Asked<A>,
  ...keys: readonly (keyof A & string)[]
): boolean {
  return keys.every((key) => spelled(before[key]) === spelled(now[key]));
}

function spelled(value: unknown): string {
  if (value === undefined || value === null) return "";
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
