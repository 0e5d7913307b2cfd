import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

export interface ClosingReportArgs {
  /** {@link Closing.open} of every closing that has something to say. */
  open: pulumi.Input<string[]>;
}

/**
 * Says at the end what could not be closed, and fails then: closings do not, so that none keeps another from its work. What is
 * still to be said of a withdrawn release comes after it.
 */
export class ClosingReport extends ImprimaturResource {
  constructor(name: string, args: ClosingReportArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:ClosingReport", name, args, [], options);
  }
}
