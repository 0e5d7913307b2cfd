import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface SnapshotTagsArgs {
  region: string;
  snapshotId: pulumi.Input<string>;
  tags: Record<string, string>;
}

/** Tags on a snapshot created by CopyImage: AmiCopy leaves it untagged (terraform-provider-aws issue 9549). */
export class SnapshotTags extends ImprimaturResource {
  constructor(name: string, args: SnapshotTagsArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:SnapshotTags", name, args, [], options);
  }
}
