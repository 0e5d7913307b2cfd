/**
 * Closings that were started and whose outcome is unknown: an engine that is killed records nothing. So the stack's
 * guard records them before the first one calls a cloud. Pure.
 */
import type { StateResource } from "./state-resource";

/** A closing by its resource's type and name, `imprimatur:aws:ImageClosing demo-20261120.0-x86_64-us-east-1`. */
export type ClosingKey = string;

/** State of a closing. */
export interface SeenClosing {
  /** Number of times it removed, or tried to remove, access. */
  readonly closings: number;
  /** Possible grantees of its place: by its inputs, plus those it failed to remove. */
  readonly may: readonly string[];
}

/** A closing with access to remove. */
interface BegunClosing {
  /** Its closing count before. While the state still has this count, the outcome of this closing is unknown. */
  readonly closings: number;
  /** Grantees whose access it removes. */
  readonly from: readonly string[];
}

export type SeenClosings = Readonly<Record<ClosingKey, SeenClosing>>;
export type BegunClosings = Readonly<Record<ClosingKey, BegunClosing>>;
/** Wanted grantees of the place of each closing. */
export type WantedClosings = Readonly<Record<ClosingKey, readonly string[]>>;

/**
 * Closings that start now, and earlier ones still in doubt.
 *
 * @param before recorded by the guard last
 */
export function begunClosings(
  before: BegunClosings | undefined,
  seen: SeenClosings | undefined,
  wanted: WantedClosings | undefined,
): BegunClosings {
  const begun: Record<ClosingKey, BegunClosing> = {};
  for (const [key, { closings, may }] of Object.entries(seen ?? {})) {
    const from = new Set(inDoubt(before, key, closings));
    // A place that is not wanted at all is closed to everyone and deleted.
    const keep = wanted && (wanted[key] ?? []);
    if (keep !== undefined) for (const one of may) if (!keep.includes(one)) from.add(one);
    if (from.size > 0) begun[key] = { closings, from: [...from].sort() };
  }
  return begun;
}

/** Grantees whose access the closing may have removed without recording it. */
export function inDoubt(
  begun: BegunClosings | undefined,
  key: ClosingKey,
  closings: number,
): readonly string[] {
  const closing = begun?.[key];
  return closing !== undefined && closing.closings === closings ? closing.from : [];
}

export function keyOf({ type, name }: Pick<StateResource, "type" | "name">): ClosingKey {
  return `${type} ${name}`;
}
