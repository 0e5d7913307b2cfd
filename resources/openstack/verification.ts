import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VerificationArgs {
  /** Of clouds.yaml. No difference. */
  cloud?: string;
  region: string;
  imageId: pulumi.Input<string>;
  /** Size of the raw disk in bytes. */
  size: number;
  blockMapRoot: string;
}

/** The gate between image and share: every byte is read back as Glance gives it out. */
export class Verification extends ImprimaturResource {
  /** `bytes` */
  declare readonly level: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:openstack:Verification", name, args, ["level"], options);
  }
}
