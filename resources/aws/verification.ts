import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VerificationArgs {
  region: string;
  snapshotId: pulumi.Input<string>;
  /** Size of the raw disk in bytes; what lies beyond it in the snapshot must be zero. */
  size: number;
  blockMapRoot: string;
}

/**
 * The gate between copy and share: reads every block of the snapshot back and compares the block map's root. Fails,
 * and so stops everything that depends on it, when one byte differs.
 */
export class Verification extends ImprimaturResource {
  /** `bytes`: every byte was read back. */
  declare readonly level: pulumi.Output<string>;
  /** Blocks of 512 KiB that were read back and compared. */
  declare readonly blocks: pulumi.Output<number>;

  constructor(name: string, args: VerificationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Verification", name, args, ["level", "blocks"], options);
  }
}
