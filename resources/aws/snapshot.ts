import type * as pulumi from "@pulumi/pulumi";
import type { RawDiskArgs } from "../raw-disk";
import { ImprimaturResource } from "../resource";

export interface SnapshotArgs extends RawDiskArgs {
  region: string;
  description: string;
  tags: Record<string, string>;
}

/** A raw disk as an EBS snapshot, uploaded block by block through EBS direct. Its id is the snapshot id. */
export class Snapshot extends ImprimaturResource {
  /** Size of a volume made from the snapshot, GiB. */
  declare readonly volumeSize: pulumi.Output<number>;

  constructor(name: string, args: SnapshotArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Snapshot", name, args, ["volumeSize"], options);
  }
}
