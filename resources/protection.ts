import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

interface ProtectionArgs {
  /** Versions of the releases that must not be deleted. */
  releases: readonly string[];
}

/**
 * Blocks the deletion of a stack: created last, so deleted first, and protected while any release is. The engine
 * checks `protect` only at each deletion (3.259, tried), so `pulumi destroy --skip-preview` of a stack with published
 * releases would delete unprotected resources, shares and pointers among them, before it reached the first image. It
 * reaches this first, and deletes nothing.
 */
export class Protection extends ImprimaturResource {
  constructor(name: string, args: ProtectionArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:Protection", name, args, [], options);
  }
}
