import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

/** What the stack's guard tells every closing. */
export interface Beginning {
  /**
   * How often the place had been closed when it was last begun to be: while that is its own number, it may have been closed unseen.
   * No difference otherwise.
   */
  begun?: pulumi.Input<number | undefined>;
}

/**
 * What takes one place (an image in a region, a gallery version, a gallery) away from those who are not to have it any more.
 *
 * Its inputs say where, by which name and who may have it at most, in plain values that no other resource has to tell, so it
 * waits for no cloud but its own place's. It never fails: what could not be taken away is told at once, kept in `open`, and
 * tried again by the next `up`. Made, it calls no cloud but for a withdrawn release that an older version left open. Who is to
 * have more is none of its business. Deleting it does nothing.
 *
 * A subclass names the three outputs.
 */
export abstract class Closing extends ImprimaturResource {
  /** Empty, or one line: the place, for whom it is still open, why, and the cure. */
  declare readonly open: pulumi.Output<string>;
  /** Who may still have it and is not to, as the cloud's audience spells them. */
  declare readonly openFor: pulumi.Output<string[]>;
  /** How often it took something away, or tried to. What sharing of the place keeps is true while it has the same number. */
  declare readonly closings: pulumi.Output<number>;
}

/**
 * What a resource of the place takes from its closing: while the place is open that should not be, nobody waits for it once more,
 * unless somebody is to have more than before.
 */
export interface Closed {
  /** How often the place was closed; absent: never. What is kept of its users was true after that closing. */
  closings?: pulumi.Input<number | undefined>;
  /** What is still open there, as {@link Closing.open} says it; absent: nothing. No difference by itself. */
  open?: pulumi.Input<string | undefined>;
}

export function closedBy(closing: Closing | undefined): Closed {
  if (closing === undefined) return {};
  return { closings: closingsOf(closing), open: closing.open.apply((line) => line || undefined) };
}

/** {@link Closing.closings} as the place's sharing takes it: nothing while nothing was closed, as in states of older versions. */
export function closingsOf(closing: Closing | undefined): pulumi.Output<number | undefined> | undefined {
  return closing?.closings.apply((count) => count || undefined);
}
