/** What a right is needed for: who does only some of this needs only some of the rights. */
export type Purpose =
  /** An `up`: preflight, upload, images, verification. */
  | "publish"
  /** Others than the publisher get the images, and lose them again. */
  | "share"
  /** SSM parameters that name the newest image. */
  | "point"
  /** Deletion of what was published, by `up` or `destroy`. */
  | "delete"
  /** The place that images are kept in or pass through is made by the program: a bucket, a resource group. */
  | "place"
  | "boot check"
  /** A record is signed with a key in the cloud's KMS. */
  | "sign"
  /** `imprimatur audit` and `imprimatur retention`. */
  | "audit"
  /** `imprimatur sweep`. */
  | "sweep"
  /** `imprimatur verify`, by anybody, in an account of their own. */
  | "verify"
  /** Preflight asks the cloud which rights are missing. Without it a sentence says so, and nothing else happens. */
  | "ask";

/** One right, as the cloud names it. */
export interface Permission {
  /** `ec2:RegisterImage`, `compute.images.create`, `Microsoft.Compute/disks/write`. */
  readonly name: string;
  /** What needs it: calls of `clouds/`, and native resources (`aws.ec2.Ami`). */
  readonly calls: readonly string[];
  readonly purposes: readonly Purpose[];
  /** Why nothing fails without it. Absent: something does. */
  readonly optional?: string;
}

/** The names of the rights that any of these purposes needs, in the table's order. */
export function permissionsFor<P extends Permission>(
  table: readonly P[],
  purposes: readonly Purpose[],
): readonly P[] {
  return table.filter((permission) => permission.purposes.some((purpose) => purposes.includes(purpose)));
}
