import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "./resource";

export interface SigningKeyArgs {
  /** Path of the private key, relative to the project; absent: `IMPRIMATUR_SIGNING_KEY` names it. */
  keyFile?: string;
  /** SHA-256 of the raw disks, hex, by version and architecture: for new ones the key is needed. */
  releases: Record<string, Record<string, string>>;
}

/**
 * Asks for the key before anything is uploaded: without it nothing could be published in the end. A preview does not
 * read it, and neither does an `up` that brings no new release.
 */
export class SigningKey extends ImprimaturResource {
  /** The public half, PEM: what users need. */
  declare readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: SigningKeyArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:SigningKey", name, args, ["publicKey"], options);
  }
}
