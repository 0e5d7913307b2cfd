import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VerificationArgs {
  /**
   * ARM id of the object to read: a managed disk (`…/disks/x`: over a read SAS) or a gallery version
   * (`…/versions/1.2.3`: a temporary disk is created from it in `location`, read over a SAS and deleted again).
   */
  sourceId: pulumi.Input<string>;
  /** Resource group of the temporary disk. */
  resourceGroup: pulumi.Input<string>;
  location: string;
  /** Size of the raw disk in bytes; everything beyond it, except the VHD footer, must be zero. */
  size: number;
  blockMapRoot: string;
  /** Tags of the temporary disk, so that a sweep finds one that a crash left behind. */
  tags: Record<string, string>;
}

/**
 * The gate: reads every data page back and compares the block map's root. The disk is verified before a version is
 * created from it, because a version in a public gallery can be used at once; the version is verified before it
 * leaves its home region, and before the gallery is shared.
 */
export class Verification extends ImprimaturResource {
  /** `bytes`: every byte was read back. */
  declare readonly level: pulumi.Output<string>;
  /** The source's id, known after verification: dependents wait for the gate. */
  declare readonly verifiedId: pulumi.Output<string>;
  /**
   * Azure's unique id of the object, different for another object of the same name; empty where Azure returns none.
   */
  declare readonly uid: pulumi.Output<string>;
  /** Creation time by Azure, RFC 3339; empty if verified by an older version. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:Verification", name, args, ["level", "verifiedId", "uid", "createdAt"], options);
  }
}
