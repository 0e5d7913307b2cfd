import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageDeprecationArgs {
  region: string;
  imageId: pulumi.Input<string>;
  /** RFC 3339, whole minutes. A past time takes effect at once. */
  at: string;
}

/**
 * The deprecation time of an AMI. Native AMIs have `deprecationTime`, but AWS refuses a date in the past: with it a
 * release could not be deprecated "since yesterday", and a deprecated one could not be copied to a further region.
 * Deletion removes the date; a missing AMI is no error.
 */
export class ImageDeprecation extends ImprimaturResource {
  constructor(name: string, args: ImageDeprecationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:ImageDeprecation", name, args, [], options);
  }
}
