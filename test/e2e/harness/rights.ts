/** What the clouds were asked in a life, held against the tables of permissions: clouds/<cloud>/permissions.ts. */
import { AWS_PERMISSIONS, AWS_WITHOUT_PERMISSION } from "../../../clouds/aws/permissions";
import { AZURE_KEY_PERMISSIONS, AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import { type Permission, permissionsFor, type Purpose } from "../../../clouds/permissions";
import type { AskedRights } from "../../../rehearsal/asked-rights";
import type { Cloud } from "../../published-rights";

/** Documents of docs/policies/ that whoever runs `up` and `destroy` has. */
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
  // The session of an upload is its own right: its address is a secret (Cloud Storage, "Resumable uploads").
  gcp: /^(PUT|DELETE) \S*\/upload\//,
  // Whoever has a role in a subscription sees it.
  azure: /^GET \/subscriptions\/\{subscription\}$/,
};

/** Google is asked which rights there are: none of them is used by that. */
const ASKS = /[tT]est(Iam)?Permissions$/;

export type AskedOfAll = Readonly<Record<Cloud, readonly AskedRights[]>>;

export interface Comparison {
  /** Calls without a row that gives their right to somebody of these purposes, and rights that were refused. */
  readonly uncovered: readonly string[];
  /** Rows of these purposes that no call needed: `aws ec2:RunInstances`. */
  readonly unused: readonly string[];
}

/** Of one caller's calls; the publisher's are the native resources' too. */
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
        // Azure's actions are the same in any case.
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

/** What the native resources call is told by what they are. */
const NATIVE = ["aws.ec2.Ami", "aws.ec2.AmiCopy"];
