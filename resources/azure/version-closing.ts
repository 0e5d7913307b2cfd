import type * as pulumi from "@pulumi/pulumi";
import { type Beginning, Closing } from "../closing";

export interface VersionClosingArgs {
  /** Absent: from the environment or `az`. */
  subscriptionId?: string;
  resourceGroup: string;
  gallery: string;
  /** Name of the image definition. */
  definition: string;
  /** `0.20261120.0` */
  version: string;
  /** False: the gallery is visible to others, who must not have this version, so it must not exist. */
  allowed: boolean;
}

/**
 * Removes access to a gallery version by deleting it: in a shared gallery there is no other way, since every version
 * can be named. The deletion is requested at once and not awaited: Azure takes 90 s and more, and no record shows how
 * long meanwhile the version stays usable.
 *
 * Created where no version is allowed, it checks whether one exists.
 */
export class VersionClosing extends Closing {
  constructor(name: string, args: VersionClosingArgs & Beginning, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:VersionClosing", name, args, ["open", "openFor", "closings"], options);
  }
}
