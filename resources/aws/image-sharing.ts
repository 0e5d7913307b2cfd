import type * as pulumi from "@pulumi/pulumi";
import type { Closed } from "../closing";
import { ImprimaturResource } from "../resource";

export interface ImageSharingArgs extends Closed {
  region: string;
  imageId: pulumi.Input<string>;
  /** The snapshot of the image: grantees of the image may also copy it, except organisations. */
  snapshotId: pulumi.Input<string>;
  /** Everyone. */
  public: boolean;
  /** Accounts of 12 digits. */
  accounts: string[];
  /** ARNs. They may only launch the image: AWS has no snapshot permission for an organisation. */
  organizations: string[];
  /** ARNs; like organisations. */
  organizationalUnits: string[];
  /** Who may have it by what the guard agreed to last; see provider/agreed.ts. No difference. */
  agreed?: pulumi.Input<string[]>;
}

/**
 * The complete access list of one AMI and its snapshot: grantees not named lose access, and an empty list is private.
 * Opens the snapshot before the image, and closes the image before the snapshot.
 *
 * The native `AmiLaunchPermission` is a single grant. It does not see other grants, and the engine deletes it after
 * all updates, so that narrowing would close the snapshot before the image.
 */
export class ImageSharing extends ImprimaturResource {
  constructor(name: string, args: ImageSharingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:ImageSharing", name, args, [], options);
  }
}
