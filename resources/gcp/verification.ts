import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VerificationArgs {
  project: string;
  /** Name of the image. */
  image: pulumi.Input<string>;
  /** URL of the archive that the image must name as its source. */
  source: pulumi.Input<string>;
  /** CRC32C (base64) that Cloud Storage reported when the upload was complete. */
  crc32c: pulumi.Input<string>;
  /** Size of the archive in bytes, which the object in the bucket must have. Google tells no such size of an image. */
  archiveSize: pulumi.Input<number>;
  /** Size of a disk made from the image, GiB. */
  diskSizeGb: number;
  /** `x86_64` or `arm64` */
  architecture: string;
  blockMapRoot: string;
  /** Others are meant to use the image: another one under its name stops the `up`. A change is none. Default: true. */
  shared?: boolean;
}

/**
 * The gate between image and share. Google has no call that reads an image's bytes back, so the proof is of the
 * *source*: the archive in the bucket had the checksum of what was sent while the block map's root was computed over it,
 * and the image is READY and has its size and architecture. On creation the archive is still there and its CRC32C is asked
 * for once more; later reads accept that it was removed, and tell another image under the same name by its id.
 */
export class Verification extends ImprimaturResource {
  /** `source`: the archive was compared, the image's bytes cannot be read. */
  declare readonly level: pulumi.Output<string>;
  /** Google's id of the image that was verified; empty where an older version verified it. */
  declare readonly uid: pulumi.Output<string>;
  /** When Google says that it was made, RFC 3339; empty like `uid`. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:Verification", name, args, ["level", "uid", "createdAt"], options);
  }
}
