import type * as pulumi from "@pulumi/pulumi";
import type { RawDiskArgs } from "../raw-disk";
import { ImprimaturResource } from "../resource";

export interface DiskContentArgs extends RawDiskArgs {
  /** ARM id of the managed disk, created with `createOption: Upload`. Another disk replaces the content. */
  diskId: pulumi.Input<string>;
  /**
   * Size of the fixed VHD in bytes: the raw disk rounded up to 1 MiB, plus 512 for the footer. Equals
   * `uploadSizeBytes`.
   */
  vhdSize: number;
}

/**
 * A raw disk written to a managed disk as the page ranges of a fixed VHD over a write SAS, which is revoked at the end.
 * Deleting this does nothing: the disk is deleted with its own resource.
 */
export class DiskContent extends ImprimaturResource {
  /** ARM id of the disk, known once every byte has arrived: the source of a gallery version. */
  declare readonly writtenDiskId: pulumi.Output<string>;

  constructor(name: string, args: DiskContentArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:DiskContent", name, args, ["writtenDiskId"], options);
  }
}
