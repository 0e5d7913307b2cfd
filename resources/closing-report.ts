import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

interface ClosingReportArgs {
  /** {@link Closing.open} of every closing, where not empty. */
  open: pulumi.Input<string[]>;
}

/**
 * Reports at the end what could not be closed, and then fails: closings do not, so that none blocks another. The
 * deprecation of a withdrawn release follows it.
 */
export class ClosingReport extends ImprimaturResource {
  constructor(name: string, args: ClosingReportArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:ClosingReport", name, args, [], options);
  }
}
