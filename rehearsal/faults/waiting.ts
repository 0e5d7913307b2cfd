import { chance } from "./chance";
import { type Asked, fits, type Which } from "./which";

/** A fault that waits for a matching request. */
type Struck = { readonly kind: string } & Partial<Which>;

interface Kept<F> {
  readonly fault: F;
  readonly from: number;
  readonly until: number;
  readonly draw: () => number;
  skip: number;
  left: number;
}

/** Persistent kinds: without `times` they apply until cleared. */
const LASTING = ["slow", "trickle"];

/** The pending faults, in the order requested. Forgotten at a restart. */
export class Waiting<F extends Struck> {
  private kept: Kept<F>[] = [];

  /** @param skip number of matches that pass first; default: the fault's own */
  add(fault: F, skip = fault.skip ?? 0): void {
    const { kind, times, probability, seed = 1, startsIn = 0, lasts } = fault;
    const endless = probability !== undefined || lasts !== undefined || LASTING.includes(kind);
    const from = Date.now() + startsIn * 1000;
    this.kept.push({
      fault,
      from,
      until: lasts === undefined ? Infinity : from + lasts * 1000,
      draw: chance(seed),
      skip,
      left: times ?? (endless ? Infinity : 1),
    });
  }

  /** Remaining faults: `times` counts down, and is absent if unlimited. */
  list(): F[] {
    this.forgetOver();
    return this.kept.map(({ fault, skip, left }) => ({
      ...fault,
      skip,
      times: left === Infinity ? undefined : left,
    }));
  }

  clear(kind?: string): void {
    this.kept = kind === undefined ? [] : this.kept.filter(({ fault }) => fault.kind !== kind);
  }

  /** The first fault of these kinds that matches this request; counts as applied. */
  strike<K extends F["kind"]>(asked: Asked, ...kinds: readonly K[]): Extract<F, { kind: K }> | undefined {
    return this.take(
      (fault): fault is Extract<F, { kind: K }> =>
        (kinds as readonly string[]).includes(fault.kind) && fits(toWhich(fault), asked),
    );
  }

  /** The first matching fault; counts as applied. */
  take<T extends F>(isFor: (fault: F) => fault is T): T | undefined {
    this.forgetOver();
    const now = Date.now();
    for (const kept of this.kept) {
      const { fault } = kept;
      if (now < kept.from || !isFor(fault)) continue;
      if (kept.skip > 0) {
        kept.skip -= 1;
        continue;
      }
      if (kept.draw() >= (fault.probability ?? 1)) continue;
      kept.left -= 1;
      if (kept.left <= 0) this.kept = this.kept.filter((other) => other !== kept);
      return fault;
    }
    return undefined;
  }

  private forgetOver(): void {
    const now = Date.now();
    this.kept = this.kept.filter(({ until }) => now < until);
  }
}

function toWhich(fault: Partial<Which>): Which {
  return { skip: 0, seed: 1, startsIn: 0, ...fault };
}
