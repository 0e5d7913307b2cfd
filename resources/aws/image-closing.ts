import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface ImageClosingArgs {
  region: string;
  /** Name of the AMI, which an account has once in a region. */
  image: string;
  /** The release is withdrawn. */
  withdrawn: boolean;
  /** Everyone may have it. */
  public: boolean;
  /** Who may have it, as in `ImageSharing`. */
  accounts: string[];
  organizations: string[];
  organizationalUnits: string[];
}

/**
 * Takes one AMI and its snapshot from everybody who may not have it any more. It knows the AMI by its name: the native resource
 * that has its id may be waiting for what does not answer.
 */
export class ImageClosing extends Closing {
  constructor(name: string, args: ImageClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:ImageClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
