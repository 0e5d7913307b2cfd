import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface Arm64ImageArgs {
  project: string;
  /** Name of the image; like every property but `labels` and `description`, a change replaces it. */
  imageName: string;
  description: string;
  /** Size of a disk made from the image, GiB. */
  diskSizeGb: number;
  /** `UEFI_COMPATIBLE`, `GVNIC`, … */
  guestOsFeatures: string[];
  labels: Record<string, string>;
  licenses: string[];
  storageLocations: string[];
  /** URL of the archive in Cloud Storage. */
  source: pulumi.Input<string>;
}

/**
 * A Compute Engine image of architecture ARM64. `gcp.compute.Image` (9.37) has no `architecture` argument, and Google
 * takes an image without one for X86_64, which no Arm machine boots (googleapis/java-compute issue 708). Its id is
 * `projects/<project>/global/images/<name>`, like the native resource's.
 */
export class Arm64Image extends ImprimaturResource {
  declare readonly selfLink: pulumi.Output<string>;

  constructor(name: string, args: Arm64ImageArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:Arm64Image", name, args, ["selfLink"], options);
  }
}
