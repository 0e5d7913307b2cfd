import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface ImageClosingArgs {
  project: string;
  /** The image's name. */
  image: string;
  /** SHA-256 of the raw disk, hex: another image under the name is left alone. */
  sha256: string;
  /** Who may use it at most, as IAM members, sorted. */
  members: string[];
  /** Nobody may, and it is marked OBSOLETE. */
  withdrawn: boolean;
}

/**
 * Takes one image away from those who are not to have it any more: members of `roles/compute.imageUser`. A withdrawn one is marked
 * OBSOLETE as well, so that no family gives it out.
 */
export class ImageClosing extends Closing {
  constructor(name: string, args: ImageClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
