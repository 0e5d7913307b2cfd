import type * as pulumi from "@pulumi/pulumi";
import type { BegunClosings, WantedClosings } from "../config/begun";
import type { CurrentAccess } from "../config/access";
import type { Ledger } from "../config/ledger";
import { ImprimaturResource } from "./resource";

export interface LifecycleArgs {
  /** What the stack says of its releases. */
  releases: Ledger;
  /** Changes that the stack file names; `IMPRIMATUR_ALLOW` adds those of the command line. */
  allow: readonly string[];
  /** Who has which images now, by the stack's state: no difference by itself, only where it is not what is wanted. */
  have: pulumi.Input<CurrentAccess>;
  /** Who may have the place of each closing: written down is which of them begins to take something away. */
  closings: WantedClosings;
}

/**
 * The guard of a stack: compares what its releases are to be with what users have, and with what they were to be at the last
 * `up`, which may have failed before anybody had it. Illegal jumps are
 * refused in every preview. Changes that must be named and are not are warned of in a preview and refused by `up`; where
 * `CI` is set the preview refuses them already. Everything else waits for it, so nothing happens before it agrees.
 */
export class Lifecycle extends ImprimaturResource {
  /** Closings that begin now, and those that an earlier `up` began and did not see to the end. */
  declare readonly begun: pulumi.Output<BegunClosings | undefined>;

  constructor(name: string, args: LifecycleArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:Lifecycle", name, args, ["begun"], options);
  }
}
