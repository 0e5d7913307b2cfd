import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageMemberArgs {
  project: string;
  /** The image's name. */
  image: pulumi.Input<string>;
  /** An IAM member: `allAuthenticatedUsers`, `group:partners@example.org`. */
  member: string;
  /**
   * The image's closing count (`ImageClosing.closings`): access is granted again after each. Absent: never closed.
   */
  closings?: pulumi.Input<number | undefined>;
  /** Who may have it by what the guard agreed to last; see provider/agreed.ts. No difference. */
  agreed?: pulumi.Input<string[]>;
}

/** Its type up to version 0.1, with role `roles/compute.imageUser`. */
const NATIVE = "gcp:compute/imageIamMember:ImageIamMember";

/**
 * One member that may create disks from an image (`roles/compute.imageUser`). Others stay as they are.
 *
 * The engine deletes a native `ImageIamMember` last, after everything else in an `up`. Revoking access must not wait
 * for that: `ImageClosing` removes members first, and this resource then finds itself gone or grants again what is
 * still wanted.
 */
export class ImageMember extends ImprimaturResource {
  constructor(name: string, args: ImageMemberArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:ImageMember", name, args, [], { ...options, aliases: [{ type: NATIVE }] });
  }
}
