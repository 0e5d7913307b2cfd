import type * as pulumi from "@pulumi/pulumi";
import type { BegunClosings, WantedClosings } from "../config/begun";
import type { CurrentAccess } from "../config/access";
import type { Ledger } from "../config/ledger";
import { ImprimaturResource } from "./resource";

interface LifecycleArgs {
  /** Ledger of the stack's releases. */
  releases: Ledger;
  /** Guarded changes that the stack file names; `IMPRIMATUR_ALLOW` adds those of the command line. */
  allow: readonly string[];
  /** Current access by the stack's state: a difference only where it is not what is wanted. */
  have: pulumi.Input<CurrentAccess>;
  /** Possible grantees of each closing's place: the closings that begin to remove access are recorded. */
  closings: WantedClosings;
  /** Places that the last `up` left open, a line each: named where the guard refuses, so that nothing is tried. No difference. */
  open?: pulumi.Input<string[]>;
}

/**
 * The guard of a stack: compares the wanted state of its releases with what users have, and with the wanted state of
 * the last `up`, which may have failed before it took effect. Forbidden transitions are refused in every preview.
 * Guarded changes that are not named are warnings in a preview and refused by `up`; where `CI` is set the preview
 * refuses them already. Everything else depends on it, so nothing happens before it agrees.
 */
export class Lifecycle extends ImprimaturResource {
  /** Closings that begin now, and those of an earlier `up` whose outcome is unknown. */
  declare readonly begun: pulumi.Output<BegunClosings | undefined>;
  /** The ledger that it agreed to last: an older one where `--target` or `--exclude` left it out. */
  declare readonly releases: pulumi.Output<Ledger>;

  constructor(name: string, args: LifecycleArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:Lifecycle", name, args, ["begun"], options);
  }
}
