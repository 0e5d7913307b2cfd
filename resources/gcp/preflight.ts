import type * as pulumi from "@pulumi/pulumi";
import type { GooglePreflightPlan } from "../../clouds/gcp/preflight-plan";
import { ImprimaturResource } from "../resource";

export interface PreflightArgs
  extends
    Omit<GooglePreflightPlan, "owner" | "isFirst" | "archives" | "families">,
    Required<Pick<GooglePreflightPlan, "archives" | "families">> {
  /** Any image will be shared with every authenticated user: refused early when an organisation policy forbids it. */
  public: boolean;
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
  /** Further IAM members to be named; a policy that may forbid them is a warning. */
  members?: string[];
}

/**
 * Checks early everything that Google would refuse late: credentials, project, Compute Engine API, write access to
 * the bucket or the right to make it, image names and their number, licenses, and domain-restricted sharing where the publisher may read it
 * (`orgpolicy.policy.get`). All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:Preflight", name, args, [], options);
  }
}
