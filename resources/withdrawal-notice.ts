import type * as pulumi from "@pulumi/pulumi";
import type { SignWith } from "../config/record";
import { ImprimaturResource } from "./resource";

/** What signs is as in `SigningKeyArgs`; another key alone is no reason to sign again. */
export interface WithdrawalNoticeArgs extends SignWith {
  product: string;
  version: string;
  publisher: string;
  /** The raw disks that are withdrawn. Digests are hex. */
  disks: readonly { readonly file: string; readonly sha256: string; readonly sha512: string }[];
  /** The publisher's words, of the release's line. */
  reason?: string;
  /** Where the records are, relative to the project. */
  folder: string;
}

/**
 * The signed word that a release is withdrawn, as a file beside its record: who has the disk or an id of it learns it from
 * `imprimatur verify`. Taken away again when the release is restored. No closing waits for it.
 */
export class WithdrawalNotice extends ImprimaturResource {
  /** The sigstore bundle, JSON text. */
  declare readonly bundle: pulumi.Output<string>;
  /** When it was signed first, RFC 3339. */
  declare readonly withdrawnOn: pulumi.Output<string>;
  /** Where it was written, relative to the project. */
  declare readonly file: pulumi.Output<string>;

  constructor(name: string, args: WithdrawalNoticeArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:WithdrawalNotice", name, args, ["bundle", "withdrawnOn", "file"], options);
  }
}
