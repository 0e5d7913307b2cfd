import type * as pulumi from "@pulumi/pulumi";
import type { LaunchEvidence } from "../config/evidence";
import type { ImageFile } from "../config/image-file";
import type { Product } from "../config/product";
import type { SignWith } from "../config/record";
import type { Architecture } from "../config/release";
import type { Cloud } from "../config/stack";
import { ImprimaturResource } from "./resource";

/** An object in a cloud that holds the bytes of a disk of the release. */
export interface RecordedObject {
  cloud: Cloud;
  /** Account, project or subscription. */
  account: pulumi.Input<string>;
  region: string;
  kind: "image" | "snapshot" | "disk";
  id: pulumi.Input<string>;
  /** Under which everyone finds it, where that is another one. */
  publicId?: pulumi.Input<string | undefined>;
  /** The cloud's own unique id, which tells it from another object that gets its name: config/object-identity.ts. */
  uid?: pulumi.Input<string | undefined>;
  /** When the cloud says that it was made, RFC 3339. */
  createdAt?: pulumi.Input<string | undefined>;
  name: string;
  architecture: Architecture;
  /** How far it was verified. */
  proof: pulumi.Input<string>;
  /** What an instance showed that was launched from it. */
  boot?: pulumi.Input<LaunchEvidence | undefined>;
}

/** What signs is as in `SigningKeyArgs`; another key alone is no reason to sign again. */
export interface RecordArgs extends SignWith {
  product: string;
  version: string;
  publisher: string;
  provenance: Product["provenance"];
  /** The release's image file, whole. */
  imageFile: ImageFile;
  /** Its path, relative to the project: the raw disk is beside it when it is measured again. Alone no reason to sign again. */
  imageFileAt?: string;
  /** SHA-256 of the stack's config. Alone it is no reason to sign again. */
  configDigest: string;
  objects: RecordedObject[];
  /** Where the record is written, relative to the project. */
  folder: string;
}

/**
 * The signed record of a release: an in-toto statement about the publication (docs/publication.md) as a sigstore bundle. Signed again only
 * when what it says of disks or cloud objects changes, so a release keeps its record when it is deprecated or
 * withdrawn. Deleting it leaves the file: what was signed stays true.
 */
export class Record extends ImprimaturResource {
  /** The sigstore bundle, JSON text. */
  declare readonly bundle: pulumi.Output<string>;
  /** Where it was written, relative to the project. */
  declare readonly file: pulumi.Output<string>;

  constructor(name: string, args: RecordArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:Record", name, args, ["bundle", "file"], options);
  }
}
