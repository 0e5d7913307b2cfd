import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageArchiveRemovalArgs {
  project: string;
  bucket: string;
  object: string;
  /** As in {@link ImageArchiveArgs}: a change means that the archive came back, and `update` removes it again. */
  neededFor: string;
  /** As in {@link ImageArchiveArgs}: when the image is gone, the archive comes back, and this is done again. */
  image?: string;
}

/**
 * The archive is a means to the image: creating this deletes the object (an absent one is fine), deleting this does
 * nothing. It depends on the verification, so a failed publication keeps its archive.
 */
export class ImageArchiveRemoval extends ImprimaturResource {
  constructor(name: string, args: ImageArchiveRemovalArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageArchiveRemoval", name, args, [], options);
  }
}
