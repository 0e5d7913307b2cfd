import type * as pulumi from "@pulumi/pulumi";
import type { OpenstackPreflightPlan } from "../../clouds/openstack/preflight-plan";
import { ImprimaturResource } from "../resource";

export interface PreflightArgs extends OpenstackPreflightPlan {
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
}

/**
 * Checks early everything that OpenStack would refuse late: credentials, an image service in each region, raw images,
 * quotas, and whose the images with this stack's properties are. All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  /** Id of the publishing project. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:openstack:Preflight", name, args, ["projectId"], options);
  }
}
