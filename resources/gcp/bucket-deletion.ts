import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface BucketDeletionArgs {
  project: pulumi.Input<string>;
  bucket: pulumi.Input<string>;
}

/**
 * Guard of the deletion of a bucket that the program creates. Creation does nothing; deletion is refused while the
 * bucket contains what this stack did not put there, with the owners. The native provider refuses a non-empty bucket
 * too, without a name or a cure, and empties it where `forceDestroy` is set.
 *
 * It depends on the native bucket, and everything that uses the bucket depends on it: so it is deleted after the
 * archives, and before the bucket.
 */
export class BucketDeletion extends ImprimaturResource {
  constructor(name: string, args: BucketDeletionArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:BucketDeletion", name, args, [], options);
  }
}
