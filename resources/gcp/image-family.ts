import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageFamilyArgs {
  project: string;
  /** Name of the image. */
  image: pulumi.Input<string>;
  /** Family that it joins. A change is an update. */
  family: string;
}

/**
 * Puts an image that was already checked in its family (`images.patch`), and takes it out again on delete. A family is
 * its newest image that is not deprecated, so an image *created* in one is live at once; the native resource knows only
 * that way, and replaces the image when the family changes (coreos-assembler pull 1319).
 * An image that has been deleted meanwhile is no error on delete.
 */
export class ImageFamily extends ImprimaturResource {
  constructor(name: string, args: ImageFamilyArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageFamily", name, args, [], options);
  }
}
