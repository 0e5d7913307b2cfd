import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VersionPublicationArgs {
  /** ARM id of a gallery version that was verified. */
  versionId: pulumi.Input<string>;
  /** Every region that has a copy; the one that the version was made in is among them. */
  targetRegions: { name: string; regionalReplicaCount: number; storageAccountType: string }[];
  /** True: users who ask for "latest" do not get it; who names it does. */
  excludeFromLatest: boolean;
  /** RFC 3339; shown to users, and nothing else. */
  endOfLifeDate?: string;
  /** All tags of the version that are ours; other people's stay as they are. */
  tags: Record<string, string>;
  /** How often the version was closed: what is said here is of the one that was made since. */
  closings?: pulumi.Input<number | undefined>;
}

/**
 * Where a gallery version is, and whether "latest" finds it: everything about it that changes after it was made, so that
 * a version can be read back before anybody meets it. The native resource makes it in one region, out of "latest", and
 * never touches it again. Deleting this takes it back there.
 */
export class VersionPublication extends ImprimaturResource {
  constructor(name: string, args: VersionPublicationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:VersionPublication", name, args, [], options);
  }
}
