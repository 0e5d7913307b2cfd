import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "../config/image-file";
import type { SignWith } from "../config/record";
import { ImprimaturResource } from "./resource";

/** What signs; without any of them, the key file that `IMPRIMATUR_SIGNING_KEY` names, relative to the project. */
export interface SigningKeyArgs extends SignWith {
  /** SHA-256 of the raw disks, hex, by version and architecture: for new ones the key is needed. */
  releases: Record<string, Record<string, string>>;
  /** What image files say that somebody signed, by version and architecture: checked before anything is uploaded. */
  inputs?: Record<string, Record<string, Pick<Image, "file" | "sha512" | "input">>>;
}

/**
 * Asks for the key before anything is uploaded: without it nothing could be published in the end. A preview does not
 * read it, and neither does an `up` that brings no new release and no other key.
 */
export class SigningKey extends ImprimaturResource {
  /** The public half, PEM: what users need. Not there without a key. */
  declare readonly publicKey: pulumi.Output<string | undefined>;
  /** Whom a certificate names, when there is no key: what users need then. */
  declare readonly certificateIdentity: pulumi.Output<string | undefined>;
  /** Who vouches for that. */
  declare readonly certificateOidcIssuer: pulumi.Output<string | undefined>;

  constructor(name: string, args: SigningKeyArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "imprimatur:index:SigningKey",
      name,
      args,
      ["publicKey", "certificateIdentity", "certificateOidcIssuer"],
      options,
    );
  }
}
