import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface SnapshotSharingArgs {
  region: string;
  snapshotId: pulumi.Input<string>;
  /** Anyone may create volumes from it. */
  public: boolean;
  /** Accounts of 12 digits that may create volumes from it. Organisations cannot: AWS has no such permission. */
  accounts: string[];
}

/**
 * The whole createVolumePermission of one snapshot. The native `SnapshotCreateVolumePermission` knows single accounts
 * only, neither "everyone" nor what is shared besides.
 */
export class SnapshotSharing extends ImprimaturResource {
  constructor(name: string, args: SnapshotSharingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:SnapshotSharing", name, args, [], options);
  }
}
