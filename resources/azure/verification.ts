import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface VerificationArgs {
  /**
   * ARM id of what is read: a managed disk (`…/disks/x`: read SAS on it) or a gallery version (`…/versions/1.2.3`: a
   * temporary disk is made from it in `location`, read over a SAS and deleted again).
   */
  sourceId: pulumi.Input<string>;
  /** Resource group of the temporary disk. */
  resourceGroup: pulumi.Input<string>;
  location: string;
  /** Size of the raw disk in bytes; what lies beyond it, the VHD footer apart, must be zero. */
  size: number;
  blockMapRoot: string;
  /** Tags of the temporary disk, so that a sweep finds one that a crash left behind. */
  tags: Record<string, string>;
}

/**
 * The gate: reads every data page back and compares the block map's root. The disk is verified before a version is made
 * from it, because a version in a gallery that is already public can be named at once; the version is verified before it
 * leaves its home region, and before the gallery is shared.
 */
export class Verification extends ImprimaturResource {
  /** `bytes`: every byte was read back. */
  declare readonly level: pulumi.Output<string>;
  /** The source's id, known once it was verified: whoever uses it waits for the gate. */
  declare readonly verifiedId: pulumi.Output<string>;
  /** Azure's own id of what was read, which another object of the same name does not have; empty where it tells none. */
  declare readonly uid: pulumi.Output<string>;
  /** When Azure says that it was made, RFC 3339; empty where an older version verified it. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: VerificationArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:azure:Verification", name, args, ["level", "verifiedId", "uid", "createdAt"], options);
  }
}
