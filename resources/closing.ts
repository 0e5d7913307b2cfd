import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

/** Input of every closing from the stack's guard. */
export interface Beginning {
  /**
   * The closing count of its place when it last began: while the state has the same count, the outcome of that closing
   * is unknown. Otherwise a change of this input is no difference.
   */
  begun?: pulumi.Input<number | undefined>;
}

/**
 * Removes access to one place (an image in a region, a gallery version, a gallery) from those who may no longer have
 * it.
 *
 * Its inputs are the location, the name and the remaining grantees, all plain values from the stack file, so it
 * depends on no cloud but that of its place. It never fails: access it could not remove is reported at once, kept in
 * `open`, and retried by the next `up`. On creation it calls a cloud only for a withdrawn release, which an older
 * version may have left open. It never grants access. Deletion does nothing.
 *
 * A subclass names the three outputs.
 */
export abstract class Closing extends ImprimaturResource {
  /** Empty, or one line: the place, its remaining unwanted grantees, the reason, and the cure. */
  declare readonly open: pulumi.Output<string>;
  /** Grantees that may still have access and must not, in the spelling of the cloud's audience. */
  declare readonly openFor: pulumi.Output<string[]>;
  /**
   * Number of times it removed, or tried to remove, access. The state of the place's sharing is current while it has
   * the same count.
   */
  declare readonly closings: pulumi.Output<number>;
}

/**
 * Input of the other resources of a place from its closing: while a closing has failed, they do not wait for the
 * place again unless they have to grant access.
 */
export interface Closed {
  /** The place's closing count; absent: never closed. The recorded grantees are from after that closing. */
  closings?: pulumi.Input<number | undefined>;
  /** {@link Closing.open} of the place; absent: nothing. No difference by itself. */
  open?: pulumi.Input<string | undefined>;
}

export function closedBy(closing: Closing | undefined): Closed {
  if (closing === undefined) return {};
  return { closings: closingsOf(closing), open: closing.open.apply((line) => line || undefined) };
}

/**
 * {@link Closing.closings} as input of the place's sharing: absent while never closed, as in states of older
 * versions.
 */
export function closingsOf(closing: Closing | undefined): pulumi.Output<number | undefined> | undefined {
  return closing?.closings.apply((count) => count || undefined);
}
