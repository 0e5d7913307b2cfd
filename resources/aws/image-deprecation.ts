import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageDeprecationArgs {
  region: string;
  imageId: pulumi.Input<string>;
  /** RFC 3339, whole minutes. A time that is past means at once. */
  at: string;
}

/**
 * When an AMI is deprecated. Native AMIs have `deprecationTime`, but AWS takes no date in the past: with it a release
 * could not be deprecated "since yesterday", and one that is deprecated could not come to a further region.
 * Deleting this takes the date away; an AMI that is gone is no error.
 */
export class ImageDeprecation extends ImprimaturResource {
  constructor(name: string, args: ImageDeprecationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:ImageDeprecation", name, args, [], options);
  }
}
