import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface GalleryDeletionArgs {
  /** ARM id of an image definition or a gallery. */
  objectId: pulumi.Input<string>;
}

/**
 * Deletion of an image definition or a gallery. Creation does nothing; deletion deletes the object and retries while
 * Azure refuses because of its recently deleted content. The native provider tries once; its object is then already
 * gone.
 *
 * It depends on the native resource, and nested resources depend on it: so it is deleted after those, and before the
 * native one. Azure itself refuses to delete a non-empty container.
 */
export class GalleryDeletion extends ImprimaturResource {
  constructor(name: string, args: GalleryDeletionArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GalleryDeletion", name, args, [], options);
  }
}
