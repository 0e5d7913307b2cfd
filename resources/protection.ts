import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

export interface ProtectionArgs {
  /** Versions of the releases that may not be deleted. */
  releases: readonly string[];
}

/**
 * The door of a stack: made last, so deleted first, and protected while any release is. The engine looks at `protect` only
 * as it comes to each deletion (3.259, tried), so `pulumi destroy --skip-preview` of a stack with published releases would
 * take away whatever is not protected itself, shares and pointers among them, before it meets the first image. It
 * meets this first, and deletes nothing.
 */
export class Protection extends ImprimaturResource {
  constructor(name: string, args: ProtectionArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:Protection", name, args, [], options);
  }
}
