import type { Cloud } from "../facts/clouds";
import type * as pulumi from "@pulumi/pulumi";
import type { LaunchEvidence } from "../config/evidence";
import type { ImageFile } from "../config/image-file";
import type { Product } from "../config/product";
import type { SignWith } from "../config/record";
import type { Architecture } from "../config/release";
import { ImprimaturResource } from "./resource";

/** An object in a cloud with the bytes of a disk of the release. */
export interface RecordedObject {
  cloud: Cloud;
  /** Account, project or subscription. */
  account: pulumi.Input<string>;
  region: string;
  kind: "image" | "snapshot" | "disk";
  id: pulumi.Input<string>;
  /** Public id, if different. */
  publicId?: pulumi.Input<string | undefined>;
  /**
   * The cloud's own unique id, which distinguishes it from a later object of the same name:
   * config/object-identity.ts.
   */
  uid?: pulumi.Input<string | undefined>;
  /** Creation time by the cloud, RFC 3339. */
  createdAt?: pulumi.Input<string | undefined>;
  name: string;
  architecture: Architecture;
  /** Extent of its verification. */
  proof: pulumi.Input<string>;
  /** Evidence from an instance launched from it. */
  boot?: pulumi.Input<LaunchEvidence | undefined>;
}

/** The key is given as in `SigningKeyArgs`; another key alone does not cause a new signature. */
export interface RecordArgs extends SignWith {
  product: string;
  version: string;
  /** Absent: the product's own. */
  variant?: string;
  publisher: string;
  provenance: Product["provenance"];
  /** The release's image file, whole. */
  imageFile: ImageFile;
  /**
   * Its path, relative to the project: the raw disk is beside it when it is measured again. A change alone does not
   * cause a new signature.
   */
  imageFileAt?: string;
  /** SHA-256 of the stack's config. A change alone does not cause a new signature. */
  configDigest: string;
  objects: RecordedObject[];
  /** Output folder, relative to the project. */
  folder: string;
}

/**
 * The signed record of a release: an in-toto statement about the publication (docs/publication.md) as a sigstore
 * bundle. Signed again only when its disks or cloud objects change, so a release keeps its record when it is
 * deprecated or withdrawn. Deletion leaves the file: the signed statement stays true.
 */
export class Record extends ImprimaturResource {
  /** The sigstore bundle, JSON text. */
  declare readonly bundle: pulumi.Output<string>;
  /** Path of its file, relative to the project. */
  declare readonly file: pulumi.Output<string>;

  constructor(name: string, args: RecordArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:Record", name, args, ["bundle", "file"], options);
  }
}
