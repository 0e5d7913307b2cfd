import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface ImageClosingArgs {
  region: string;
  /** Name of the AMI, unique in an account and region. */
  image: string;
  /** The release is withdrawn. */
  withdrawn: boolean;
  /** Everyone may use it. */
  public: boolean;
  /** Remaining grantees, as in `ImageSharing`. */
  accounts: string[];
  organizations: string[];
  organizationalUnits: string[];
}

/**
 * Removes access to one AMI and its snapshot from everyone who may no longer have it. It finds the AMI by name: the
 * native resource that has its id may be waiting for something that does not answer.
 */
export class ImageClosing extends Closing {
  constructor(name: string, args: ImageClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:ImageClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
