import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface PointerArgs {
  region: string;
  /** `/images/demo/x86_64/latest` */
  name: string;
  /** The AMI of the region that users are sent to. */
  imageId: pulumi.Input<string>;
  description: string;
  tags: Record<string, string>;
}

/** What this resource was in states of version 0.1. */
const NATIVE = "aws:ssm/parameter:Parameter";

/**
 * An SSM parameter of data type `aws:ec2:image` that names an AMI. Its id is its name.
 *
 * The native `Parameter` reads at once after an update, while AWS still checks the new value: its state keeps the old one, a
 * move back is no difference then, and a withdrawn image stays pointed to. This one waits until AWS shows what was set.
 */
export class Pointer extends ImprimaturResource {
  /** Holds the account. */
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PointerArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Pointer", name, args, ["arn"], { ...options, aliases: [{ type: NATIVE }] });
  }
}
