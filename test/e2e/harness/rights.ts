/**
 * The clouds' record of rights used in a life, compared with the tables of permissions:
 * clouds/<cloud>/permissions.ts.
 */
import { AWS_PERMISSIONS, AWS_WITHOUT_PERMISSION } from "../../../clouds/aws/permissions";
import { AZURE_KEY_PERMISSIONS, AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import { type Permission, permissionsFor, type Purpose } from "../../../clouds/permissions";
import type { AskedRights } from "../../../rehearsal/asked-rights";
import type { Cloud } from "../../published-rights";

/** Documents of docs/policies/ that the caller of `up` and `destroy` has. */
export const PUBLISHING = ["publisher", "boot-check", "signer", "bucket-maker", "group-maker"];
const PURPOSES: readonly Purpose[] = [
  "publish",
  "share",
  "point",
  "delete",
  "place",
  "boot check",
  "sign",
  "ask",
];

const TABLES: Readonly<Record<Cloud, readonly Permission[]>> = {
  aws: AWS_PERMISSIONS,
  gcp: GOOGLE_PERMISSIONS,
  azure: [...AZURE_PERMISSIONS, ...AZURE_KEY_PERMISSIONS],
};

/** Calls that need no right. */
const FREE: Readonly<Record<Cloud, RegExp>> = {
  aws: new RegExp(`^(${AWS_WITHOUT_PERMISSION.join("|")})$`),
  // The session of an upload needs no other right: its address is a secret (Cloud Storage, "Resumable uploads").
  gcp: /^(PUT|DELETE) \S*\/upload\//,
  // A caller with any role in a subscription sees it.
  azure: /^GET \/subscriptions\/\{subscription\}$/,
};

/** These calls ask Google which rights there are, and use none of them. */
const ASKS = /[tT]est(Iam)?Permissions$/;

export type AskedOfAll = Readonly<Record<Cloud, readonly AskedRights[]>>;

interface Comparison {
  /** Calls whose right no row of these purposes gives, and rights that were refused. */
  readonly uncovered: readonly string[];
  /** Rows of these purposes that no call needed, e.g. `aws ec2:RunInstances`. */
  readonly unused: readonly string[];
}

/** Compares one caller's calls; the publisher's include those of the native resources. */
export function compareRights(
  asked: AskedOfAll,
  { who: caller = "publisher", purposes = PURPOSES }: { who?: string; purposes?: readonly Purpose[] } = {},
): Comparison {
  const uncovered: string[] = [];
  const unused: string[] = [];
  for (const cloud of ["aws", "gcp", "azure"] as const) {
    const rows = permissionsFor(TABLES[cloud], purposes);
    const used = new Set<string>();
    for (const { who, call, allowed, refused } of asked[cloud]) {
      if (who !== caller || ASKS.test(call)) continue;
      if (allowed.length + refused.length === 0 && !FREE[cloud].test(call))
        uncovered.push(`${cloud} ${call}: needs no right, and is not known for that`);
      for (const right of refused) uncovered.push(`${cloud} ${call}: ${right} was refused`);
      for (const right of allowed) {
        // Azure's actions are case-insensitive.
        const row = rows.find(({ name }) => name.toLowerCase() === right.toLowerCase());
        if (row === undefined) uncovered.push(`${cloud} ${call}: ${right} has no row`);
        else if (cloud === "aws" && ![call, ...NATIVE].some((one) => row.calls.includes(one)))
          uncovered.push(`aws ${call}: the row of ${right} does not name it`);
        else used.add(row.name);
      }
    }
    unused.push(...rows.filter(({ name }) => !used.has(name)).map(({ name }) => `${cloud} ${name}`));
  }
  return { uncovered, unused };
}

/** The tables name calls of native resources by resource type. */
const NATIVE = ["aws.ec2.Ami", "aws.ec2.AmiCopy"];
