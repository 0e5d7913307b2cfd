import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface PointerArgs {
  region: string;
  /** `/images/demo/x86_64/latest` */
  name: string;
  /** The AMI of the region that it points to. */
  imageId: pulumi.Input<string>;
  description: string;
  tags: Record<string, string>;
}

/** Its type in states of version 0.1. */
const NATIVE = "aws:ssm/parameter:Parameter";

/**
 * An SSM parameter of data type `aws:ec2:image` that names an AMI. Its id is its name.
 *
 * The native `Parameter` reads immediately after an update, while AWS still validates the new value: its state keeps
 * the old one, a later rollback is then no difference, and the pointer keeps naming a withdrawn image. This one waits
 * until AWS returns the new value.
 */
export class Pointer extends ImprimaturResource {
  /** Includes the account. */
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PointerArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Pointer", name, args, ["arn"], { ...options, aliases: [{ type: NATIVE }] });
  }
}
