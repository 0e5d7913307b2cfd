import { chance } from "./chance";
import { type Asked, fits, type Which } from "./which";

/** A fault that waits for what it strikes. */
export type Struck = { readonly kind: string } & Partial<Which>;

interface Kept<F> {
  readonly fault: F;
  readonly from: number;
  readonly until: number;
  readonly draw: () => number;
  skip: number;
  left: number;
}

/** Kinds that are a state of the line more than an accident: without `times` they strike until they are cleared. */
const LASTING = ["slow", "trickle"];

/** The faults that wait for their requests, in the order in which they were asked for. Forgotten at a restart. */
export class Waiting<F extends Struck> {
  private kept: Kept<F>[] = [];

  /** @param skip things that it is for, and that pass first; default: the fault's own */
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

  /** What is left of them: `times` counts down, and is missing where there is no end. */
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

  /** The first fault of these kinds that strikes this request; it counts as struck. */
  strike<K extends F["kind"]>(asked: Asked, ...kinds: readonly K[]): Extract<F, { kind: K }> | undefined {
    return this.take(
      (fault): fault is Extract<F, { kind: K }> =>
        (kinds as readonly string[]).includes(fault.kind) && fits(toWhich(fault), asked),
    );
  }

  /** The first fault that is for this; it counts as struck. */
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
