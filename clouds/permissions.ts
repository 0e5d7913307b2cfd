/** Purpose of a right: a user with fewer tasks needs fewer rights. */
export type Purpose =
  /** An `up`: preflight, upload, images, verification. */
  | "publish"
  /** Grants to, and revocations from, others than the publisher. */
  | "share"
  /** SSM parameters that point to the newest image. */
  | "point"
  /** Deletion of published objects, by `up` or `destroy`. */
  | "delete"
  /** Creation of the container of the images: a bucket, a resource group. */
  | "place"
  | "boot check"
  /** Signing records with a key in the cloud's KMS. */
  | "sign"
  /** `imprimatur audit` and `imprimatur retention`. */
  | "audit"
  /** `imprimatur sweep`. */
  | "sweep"
  /** `imprimatur verify`, by anyone, in their own account. */
  | "verify"
  /** The preflight's query for missing rights. Without it, a sentence reports so. */
  | "ask";

/** One right, by the cloud's name. */
export interface Permission {
  /** `ec2:RegisterImage`, `compute.images.create`, `Microsoft.Compute/disks/write`. */
  readonly name: string;
  /** Users of the right: calls of `clouds/`, and native resources (`aws.ec2.Ami`). */
  readonly calls: readonly string[];
  readonly purposes: readonly Purpose[];
  /** Reason why nothing fails without it. Absent: something does. */
  readonly optional?: string;
}

/** Names of the rights for any of these purposes, in the table's order. */
export function permissionsFor<P extends Permission>(
  table: readonly P[],
  purposes: readonly Purpose[],
): readonly P[] {
  return table.filter((permission) => permission.purposes.some((purpose) => purposes.includes(purpose)));
}
