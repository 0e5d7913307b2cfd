import type * as pulumi from "@pulumi/pulumi";
import type { Closed } from "../closing";
import { ImprimaturResource } from "../resource";

/** `ACTIVE` and "no state" mean the same to Google, and compare equal here. */
export type DeprecationState = "ACTIVE" | "DEPRECATED" | "OBSOLETE" | "DELETED";

/** A closing may have marked the image: it is read again after each. */
export interface ImageDeprecationArgs extends Closed {
  project: string;
  /** Name of the image. */
  image: pulumi.Input<string>;
  state: DeprecationState;
  /** Self link of the image to use instead. */
  replacement?: pulumi.Input<string>;
  /** RFC 3339: announced deprecation. Informational: Google never changes the state by itself. */
  deprecated?: string;
  /** RFC 3339 */
  obsolete?: string;
  /** RFC 3339 */
  deleted?: string;
}

/**
 * The deprecation status of an image (`images.deprecate`), which no native resource has. Deletion makes the image
 * ACTIVE again; a missing image is no error.
 */
export class ImageDeprecation extends ImprimaturResource {
  constructor(name: string, args: ImageDeprecationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageDeprecation", name, args, [], options);
  }
}
