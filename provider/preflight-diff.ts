import { type Diff, diffInputs, type Properties } from "../plugin/resource";

/** What the last preflight was asked, and what this one would be. */
export interface Asked<A> {
  readonly before: A;
  readonly now: A;
}

/**
 * A preflight is asked again for more than the last one was: what only takes away waits for no answer, and a withdrawn release
 * is asked for nothing. One that comes back is asked whole.
 *
 * @param isLess whether the last answer holds for this, as far as cloud and place are concerned
 */
export function diffPreflight<A>(
  old: Properties,
  inputs: Properties,
  isLess: (asked: Asked<A>) => boolean,
  ignore: readonly string[] = [],
): Diff {
  if (inputs.withdrawn === true) return { changes: {} };
  const diff = diffInputs(old, inputs, { ignore });
  if (old.withdrawn === true) return diff;
  return isLess({ before: old as A, now: inputs as A }) ? { changes: {} } : diff;
}

/** Whether everything in the second list is in the first, by value. */
export function isAmong(before: readonly unknown[] = [], now: readonly unknown[] = []): boolean {
  const known = new Set(before.map(spelled));
  return now.every((one) => known.has(spelled(one)));
}

/** Whether these properties have the same values. */
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
