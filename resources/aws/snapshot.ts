import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface SnapshotArgs {
  region: string;
  /** Image file, relative to the project's folder. Its raw disk is expected beside it. */
  imageFile: string;
  architecture: string;
  /** Size of the raw disk in bytes. */
  size: number;
  /** SHA-256 of the whole raw disk, hex. */
  sha256: string;
  /** Root of the 512 KiB block map, hex. A change of it replaces the snapshot. */
  blockMapRoot: string;
  /** Blocks of 512 KiB that are not all zero: those uploaded. */
  dataBlocks: number;
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
