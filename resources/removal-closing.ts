import type * as pulumi from "@pulumi/pulumi";
import type { RemovedPlaces } from "../config/removed";
import { ImprimaturResource } from "./resource";

export interface RemovalClosingArgs {
  /** Places that the state knows and the stack file names no more. None of them is a difference once it was closed. */
  places: pulumi.Input<RemovedPlaces>;
}

/**
 * Takes from everybody what is about to be deleted: a region, a release or a cloud that was taken out of the stack file. Deletions
 * come last in an `up`, and not at all in one that fails; this comes first, as every {@link Closing} does, and never fails either.
 */
export class RemovalClosing extends ImprimaturResource {
  /** What is still open, a line for each place; each names the place, for whom it is open, why, and the cure. */
  declare readonly open: pulumi.Output<string[]>;

  constructor(name: string, args: RemovalClosingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:RemovalClosing", name, args, ["open", "tried"], options);
  }
}
