/**
 * Closings that were begun and of which nobody knows how they ended: an engine that is killed writes nothing down. So the stack's
 * guard does, before the first of them calls a cloud. Pure.
 */
import type { StateResource } from "./access";

/** A closing by its resource's type and name, `imprimatur:aws:ImageClosing demo-20261120.0-x86_64-us-east-1`. */
export type ClosingKey = string;

/** What the state says of a closing. */
export interface SeenClosing {
  /** How often it took something away, or tried to. */
  readonly closings: number;
  /** Who may have its place: by its inputs, and what it could not take away. */
  readonly may: readonly string[];
}

/** A closing that has something to take away. */
export interface BegunClosing {
  /** How often it had before. While the state says the same, nobody knows what of this came to be. */
  readonly closings: number;
  /** From whom. */
  readonly from: readonly string[];
}

export type SeenClosings = Readonly<Record<ClosingKey, SeenClosing>>;
export type BegunClosings = Readonly<Record<ClosingKey, BegunClosing>>;
/** Who may have the place of each closing by what is wanted. */
export type WantedClosings = Readonly<Record<ClosingKey, readonly string[]>>;

/**
 * What is begun now, and what was begun before and is in doubt still.
 *
 * @param before what the guard wrote down last
 */
export function begunClosings(
  before: BegunClosings | undefined,
  seen: SeenClosings | undefined,
  wanted: WantedClosings | undefined,
): BegunClosings {
  const begun: Record<ClosingKey, BegunClosing> = {};
  for (const [key, { closings, may }] of Object.entries(seen ?? {})) {
    const from = new Set(inDoubt(before, key, closings));
    // What is not wanted at all is taken from everybody, and deleted.
    const keep = wanted && (wanted[key] ?? []);
    if (keep !== undefined) for (const one of may) if (!keep.includes(one)) from.add(one);
    if (from.size > 0) begun[key] = { closings, from: [...from].sort() };
  }
  return begun;
}

/** From whom the closing may have taken its place, unseen. */
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
