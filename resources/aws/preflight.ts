import type * as pulumi from "@pulumi/pulumi";
import type { PreflightPlan } from "../../clouds/aws/preflight-plan";
import { ImprimaturResource } from "../resource";

export interface PreflightArgs extends Omit<PreflightPlan, "stack" | "isFirst"> {
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
}

/**
 * Checks early everything that AWS would refuse late: credentials, opted-in regions, block public access, default
 * encryption (an encrypted snapshot cannot be public), names in use. All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  /** The publishing account. */
  declare readonly accountId: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Preflight", name, args, ["accountId"], options);
  }
}
