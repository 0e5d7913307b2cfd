import type * as pulumi from "@pulumi/pulumi";
import type { LaunchEvidence } from "../../config/evidence";
import type { BootCheckArgs as Common } from "../boot-check";
import { ImprimaturResource } from "../resource";

export interface BootCheckArgs extends Common {
  /** Subnet of the instance; absent: one of the default VPC. */
  subnetId?: string;
}

/** An EC2 instance from an AMI in its home region: no key pair, no public address, IMDSv2 only. */
export class BootCheck extends ImprimaturResource {
  /** Evidence from the instance; absent while none was launched. */
  declare readonly boot: pulumi.Output<LaunchEvidence | undefined>;

  constructor(name: string, args: BootCheckArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:BootCheck", name, args, ["boot"], options);
  }
}
