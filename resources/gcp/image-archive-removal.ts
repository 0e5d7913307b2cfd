import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageArchiveRemovalArgs {
  project: string;
  bucket: string;
  object: string;
  /** As in {@link ImageArchiveArgs}: a change means that the archive was uploaded again, and `update` removes it. */
  neededFor: string;
  /** As in {@link ImageArchiveArgs}: if the image is gone, the archive is uploaded and removed again. */
  image?: string;
}

/**
 * The archive is only needed to create the image: creation deletes the object (a missing one is fine), deletion does
 * nothing. Depends on the verification, so a failed publication keeps its archive.
 */
export class ImageArchiveRemoval extends ImprimaturResource {
  constructor(name: string, args: ImageArchiveRemovalArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageArchiveRemoval", name, args, [], options);
  }
}
