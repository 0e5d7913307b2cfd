import type * as pulumi from "@pulumi/pulumi";
import type { Closed } from "../closing";
import { ImprimaturResource } from "../resource";

export interface ImageSharingArgs extends Closed {
  region: string;
  imageId: pulumi.Input<string>;
  /** The snapshot under the image: whoever may start the image may copy it, unless they are an organisation. */
  snapshotId: pulumi.Input<string>;
  /** Everyone. */
  public: boolean;
  /** Accounts of 12 digits. */
  accounts: string[];
  /** ARNs. They may start the image only: AWS has no snapshot permission for an organisation. */
  organizations: string[];
  /** ARNs; as with organisations. */
  organizationalUnits: string[];
}

/**
 * Who besides its owner may use one AMI and its snapshot, as a whole: who is not named has no access, and everything
 * empty is private. Opens the snapshot before the image, and closes the image before the snapshot.
 *
 * The native `AmiLaunchPermission` is one grant each. It does not see what somebody else granted besides, and the engine
 * deletes one after everything else was updated, so that narrowing would close the snapshot before the image.
 */
export class ImageSharing extends ImprimaturResource {
  constructor(name: string, args: ImageSharingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:ImageSharing", name, args, [], options);
  }
}
