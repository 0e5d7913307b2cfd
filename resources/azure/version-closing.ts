import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface VersionClosingArgs {
  /** Absent: the one that the environment or `az` names. */
  subscriptionId?: string;
  resourceGroup: string;
  gallery: string;
  /** Name of the image definition. */
  definition: string;
  /** `0.20261120.0` */
  version: string;
  /** False: others see the gallery, and are not to have this version, so that it may not be in it. */
  allowed: boolean;
}

/**
 * Takes a gallery version from everybody, by its deletion: there is no other way in a gallery that others see, where each
 * version can be named. It is asked for at once, and not waited for: Azure takes 90 s and more, and nobody has recorded how
 * long into that a version can still be used.
 *
 * Made where none is allowed, it looks whether there is one.
 */
export class VersionClosing extends Closing {
  constructor(name: string, args: VersionClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:VersionClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
