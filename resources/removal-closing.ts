import type * as pulumi from "@pulumi/pulumi";
import type { RemovedPlaces } from "../config/removed";
import { ImprimaturResource } from "./resource";

interface RemovalClosingArgs {
  /** Places in the state that the stack file no longer names. Closed ones are no difference. */
  places: pulumi.Input<RemovedPlaces>;
}

/**
 * Removes all access to what is about to be deleted: a region, a release or a cloud removed from the stack file.
 * Deletions come last in an `up`, and not at all in one that fails; this comes first, like every {@link Closing}, and
 * never fails either.
 */
export class RemovalClosing extends ImprimaturResource {
  /** Open places, a line each: the place, its remaining grantees, the reason, and the cure. */
  declare readonly open: pulumi.Output<string[]>;

  constructor(name: string, args: RemovalClosingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:RemovalClosing", name, args, ["open", "tried"], options);
  }
}
