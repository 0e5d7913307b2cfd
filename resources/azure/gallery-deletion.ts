import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface GalleryDeletionArgs {
  /** ARM id of an image definition or a gallery. */
  objectId: pulumi.Input<string>;
}

/**
 * The end of an image definition or a gallery. Making this makes nothing; deleting it deletes the object, as often as
 * Azure refuses that because of what was in it a moment ago. The native provider asks once, and then finds it gone.
 *
 * It depends on the native resource, and what is nested depends on it: so it goes after all of that, and before the
 * native one. Azure itself refuses the deletion of what holds anything.
 */
export class GalleryDeletion extends ImprimaturResource {
  constructor(name: string, args: GalleryDeletionArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:GalleryDeletion", name, args, [], options);
  }
}
