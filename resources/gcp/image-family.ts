import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageFamilyArgs {
  project: string;
  /** Name of the image. */
  image: pulumi.Input<string>;
  /** Its family. A change is an update. */
  family: string;
}

/**
 * Adds a verified image to its family (`images.patch`), and removes it on deletion. A family resolves to its newest
 * image that is not deprecated, so an image *created* in one is live at once; the native resource knows only that
 * way, and replaces the image when the family changes (coreos-assembler pull 1319). A missing image is no error on
 * deletion.
 */
export class ImageFamily extends ImprimaturResource {
  constructor(name: string, args: ImageFamilyArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageFamily", name, args, [], options);
  }
}
