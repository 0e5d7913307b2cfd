import type * as pulumi from "@pulumi/pulumi";
import type { RawDiskArgs } from "../raw-disk";
import { ImprimaturResource } from "../resource";

/** If the size of the disk is not a multiple of 1 GiB, the archive pads it with a hole. */
export interface ImageArchiveArgs extends RawDiskArgs {
  project: string;
  bucket: string;
  /** Object name, derived from the digest: `demo/20261120.0/x86_64-<block map root>.tar.gz`. */
  object: string;
  /** Custom metadata of the object: `imprimatur-product`, `-release`, `-digest`, `-stack`. */
  metadata: Record<string, string>;
  /**
   * True: the object stays in the bucket. False: {@link ImageArchiveRemoval} deletes it once the image is verified,
   * and `read` accepts a missing object as the desired state.
   */
  keep: boolean;
  /**
   * Digest of the image's creation request. When it changes, the image is recreated and needs the archive: the
   * provider's `update` uploads it again if it is gone.
   */
  neededFor: string;
  /** Name of the image created from it: if that is gone, the archive is needed again. */
  image?: string;
}

/** A raw disk as `disk.raw` in a gzip'd old-GNU sparse tar in Cloud Storage, streamed: no temporary file. */
export class ImageArchive extends ImprimaturResource {
  /** `https://storage.googleapis.com/<bucket>/<object>`: the source of the image. */
  declare readonly source: pulumi.Output<string>;
  /** CRC32C of the archive, base64: sent with the upload and compared with what Cloud Storage received. */
  declare readonly crc32c: pulumi.Output<string>;
  /** Size of the archive in bytes. */
  declare readonly archiveSize: pulumi.Output<number>;
  /** SHA-256 of the archive, hex, as read back; absent if uploaded by an older version. */
  declare readonly archiveSha256: pulumi.Output<string | undefined>;
  /** Generation of the object that was read back: a later write under the name has another. Absent likewise. */
  declare readonly generation: pulumi.Output<string | undefined>;

  constructor(name: string, args: ImageArchiveArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "imprimatur:gcp:ImageArchive",
      name,
      args,
      ["source", "crc32c", "archiveSize", "archiveSha256", "generation"],
      options,
    );
  }
}
