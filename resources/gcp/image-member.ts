import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageMemberArgs {
  project: string;
  /** The image's name. */
  image: pulumi.Input<string>;
  /** An IAM member: `allAuthenticatedUsers`, `group:partners@example.org`. */
  member: string;
  /** How often the image was taken away from users (`ImageClosing.closings`): it is given again after each. Absent: never. */
  closings?: pulumi.Input<number | undefined>;
}

/** What this resource was up to version 0.1, of role `roles/compute.imageUser`. */
const NATIVE = "gcp:compute/imageIamMember:ImageIamMember";

/**
 * One member who may make disks from an image (`roles/compute.imageUser`). Others stay as they are.
 *
 * The engine deletes a native `ImageIamMember` last, behind everything else of an `up`. Whom a release is taken from must not
 * wait for that: `ImageClosing` takes members away first, and this resource finds itself gone or gives again what is still wanted.
 */
export class ImageMember extends ImprimaturResource {
  constructor(name: string, args: ImageMemberArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageMember", name, args, [], { ...options, aliases: [{ type: NATIVE }] });
  }
}
