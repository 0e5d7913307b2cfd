import type * as pulumi from "@pulumi/pulumi";
import type { RawDiskArgs } from "../raw-disk";
import { ImprimaturResource } from "../resource";

export interface ImageArgs extends RawDiskArgs {
  /** Of clouds.yaml. Absent: what the environment names. */
  cloud?: string;
  region: string;
  /** Glance's `name`, not this resource's. */
  imageName: string;
  /** This program's properties: `imprimatur-product`, `-release`, `-digest`, `-stack`. */
  labels: Record<string, string>;
  /** Further properties. */
  properties: Record<string, string>;
  /** GiB */
  minDisk: number;
  /** MiB */
  minRam: number;
  /** Glance refuses to delete it. */
  protected: boolean;
}

/** A private image of Glance with the bytes of a raw disk; {@link ImageSharing} says who sees it. */
export class Image extends ImprimaturResource {
  /** Glance's id: another one after an upload whose image takes no bytes any more. */
  declare readonly imageId: pulumi.Output<string>;
  /** When it was made, by Glance, RFC 3339. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:openstack:Image", name, args, ["imageId", "createdAt"], options);
  }
}
