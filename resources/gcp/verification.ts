import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VerificationArgs {
  project: string;
  /** Name of the image. */
  image: pulumi.Input<string>;
  /** URL of the archive that the image must have as its source. */
  source: pulumi.Input<string>;
  /** CRC32C (base64) that Cloud Storage reported when the upload was complete. */
  crc32c: pulumi.Input<string>;
  /**
   * Size of the archive in bytes, which the object in the bucket must have. Google returns no such size for an image.
   */
  archiveSize: pulumi.Input<number>;
  /** SHA-256 of the archive, hex. Absent: uploaded by an older version; only the CRC32C is compared. */
  archiveSha256?: pulumi.Input<string | undefined>;
  /** Generation of the object that was read back before the image was created. Absent likewise. */
  generation?: pulumi.Input<string | undefined>;
  /** Size of a disk made from the image, GiB. */
  diskSizeGb: number;
  /** `x86_64` or `arm64` */
  architecture: string;
  blockMapRoot: string;
  /**
   * The image has, or will have, grantees: another image under its name stops the `up`. No difference by itself.
   * Default: true.
   */
  shared?: boolean;
}

/**
 * The gate between image and share. Google has no call that reads an image's bytes back, so the proof is of the
 * archive: it was read back whole, and hashed, before the image was created from it and again afterwards, both times
 * as the same generation of the object, and its bytes are those that were sent while the block map's root was
 * computed over them; and the image is READY and has its size and architecture. Later reads accept that the archive
 * was removed, and detect another image under the same name by its id.
 */
export class Verification extends ImprimaturResource {
  /** `archive bytes`: the archive was read back, the image's bytes cannot be. `source`: its CRC32C alone was compared. */
  declare readonly level: pulumi.Output<string>;
  /** Google's id of the verified image; empty if verified by an older version. */
  declare readonly uid: pulumi.Output<string>;
  /** Creation time by Google, RFC 3339; empty like `uid`. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:Verification", name, args, ["level", "uid", "createdAt"], options);
  }
}
