import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface ImageClosingArgs {
  project: string;
  /** The image's name. */
  image: string;
  /** SHA-256 of the raw disk, hex: another image under the name is not touched. */
  sha256: string;
  /** Remaining grantees as IAM members, sorted. */
  members: string[];
  /** All access is removed, and the image is marked OBSOLETE. */
  withdrawn: boolean;
}

/**
 * Removes members of `roles/compute.imageUser` that may no longer use one image. A withdrawn one is also marked
 * OBSOLETE, so that no family resolves to it.
 */
export class ImageClosing extends Closing {
  constructor(name: string, args: ImageClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
