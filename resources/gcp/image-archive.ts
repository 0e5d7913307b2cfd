import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface ImageArchiveArgs {
  project: string;
  bucket: string;
  /** Object name, made from the digest: `demo/20261120.0/x86_64-<block map root>.tar.gz`. */
  object: string;
  /** Image file, relative to the project's folder. The raw disk named in it is looked for beside it. */
  imageFile: string;
  architecture: string;
  /** Size of the raw disk in bytes: a multiple of 1 GiB, or the archive pads it with a hole to the next one. */
  size: number;
  /** SHA-256 of the whole raw disk, hex. */
  sha256: string;
  /** Root of the 512 KiB block map, hex. A change of it replaces the archive. */
  blockMapRoot: string;
  /** Blocks of 512 KiB that are not all zero: what will be read and compressed. */
  dataBlocks: number;
  /** Custom metadata of the object: `imprimatur-product`, `-release`, `-digest`, `-stack`. */
  metadata: Record<string, string>;
  /**
   * True: the object stays in the bucket. False: {@link ImageArchiveRemoval} takes it away once the image is verified,
   * and `read` takes an absent object for the desired state.
   */
  keep: boolean;
  /**
   * Digest over what the image is created from. When it changes, the image is created again and needs the archive: the
   * provider's `update` uploads it again if it is gone.
   */
  neededFor: string;
  /** Name of the image that is made from it: when that is gone, the archive is needed again. */
  image?: string;
}

/** A raw disk as `disk.raw` in a gzip'd old-GNU sparse tar in Cloud Storage, streamed: no temporary file. */
export class ImageArchive extends ImprimaturResource {
  /** `https://storage.googleapis.com/<bucket>/<object>`: what an image is created from. */
  declare readonly source: pulumi.Output<string>;
  /** CRC32C of the archive, base64: sent with the upload and compared with what Cloud Storage received. */
  declare readonly crc32c: pulumi.Output<string>;
  /** Size of the archive in bytes. */
  declare readonly archiveSize: pulumi.Output<number>;
  /** SHA-256 of the archive, hex, as it was read back; absent where an older version uploaded it. */
  declare readonly archiveSha256: pulumi.Output<string | undefined>;
  /** Of the object that was read back: whatever is written under the name later has another one. Absent likewise. */
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
