import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "../config/image-file";
import type { SignWith } from "../config/record";
import { ImprimaturResource } from "./resource";

/** The signing key; if unset, the key file named by `IMPRIMATUR_SIGNING_KEY`, relative to the project. */
export interface SigningKeyArgs extends SignWith {
  /** SHA-256 of the raw disks, hex, by version and architecture: new ones need the key. */
  releases: Record<string, Record<string, string>>;
  /** Signed inputs according to the image files, by version and architecture: checked before any upload. */
  inputs?: Record<string, Record<string, Pick<Image, "file" | "sha512" | "input">>>;
}

/**
 * Checks the key before any upload: without it nothing could be published in the end. A preview does not read it, and
 * neither does an `up` without a new release or another key.
 */
export class SigningKey extends ImprimaturResource {
  /** The public key, PEM, for users. Absent without a key. */
  declare readonly publicKey: pulumi.Output<string | undefined>;
  /** Identity in the certificate, for users, if there is no key. */
  declare readonly certificateIdentity: pulumi.Output<string | undefined>;
  /** Issuer of that identity. */
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
