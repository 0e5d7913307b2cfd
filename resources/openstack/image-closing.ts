import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface ImageClosingArgs {
  /** Of clouds.yaml. */
  cloud?: string;
  region: string;
  /** Glance's name of the image. */
  image: string;
  /** As its properties have it. */
  architecture?: string;
  product: string;
  release: string;
  /** Who may keep it. */
  visibility: string;
  projects: string[];
  /** It is hidden too. */
  withdrawn: boolean;
}

/** Takes one image, found by its properties, from whoever may not have it any more. */
export class ImageClosing extends Closing {
  constructor(name: string, args: ImageClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:openstack:ImageClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
