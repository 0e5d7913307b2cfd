import type * as pulumi from "@pulumi/pulumi";
import type { DiskDigests } from "../config/disk-digests";
import type { SignWith } from "../config/record";
import { ImprimaturResource } from "./resource";

/** The key is given as in `SigningKeyArgs`; another key alone does not cause a new signature. */
export interface WithdrawalNoticeArgs extends SignWith {
  product: string;
  version: string;
  publisher: string;
  /** The withdrawn raw disks. Digests are hex. */
  disks: readonly ({ readonly file: string } & DiskDigests)[];
  /** Reason given by the publisher in the stack file. */
  reason?: string;
  /** Folder of the records, relative to the project. */
  folder: string;
}

/**
 * The signed notice of a release's withdrawal, as a file beside its record: `imprimatur verify` shows it to anyone
 * with the disk or one of its ids. Deleted when the release is restored. No closing waits for it.
 */
export class WithdrawalNotice extends ImprimaturResource {
  /** The sigstore bundle, JSON text. */
  declare readonly bundle: pulumi.Output<string>;
  /** Time of the first signature, RFC 3339. */
  declare readonly withdrawnOn: pulumi.Output<string>;
  /** Path of its file, relative to the project. */
  declare readonly file: pulumi.Output<string>;

  constructor(name: string, args: WithdrawalNoticeArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:index:WithdrawalNotice", name, args, ["bundle", "withdrawnOn", "file"], options);
  }
}
