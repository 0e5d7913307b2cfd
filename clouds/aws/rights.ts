/**
 * The IAM actions that the publisher lacks, by IAM's policy simulation: all of them in one refusal before the first
 * byte.
 */
import { askRights, ASKING, missingRights, type Rights, sortRights } from "../ask-rights";
import type { CloudFailure } from "../failure";
import { permissionsFor, type Purpose } from "../permissions";
import { getCallerIdentity } from "./api/account";
import { simulatePolicy } from "./api/iam";
import type { Session } from "./api/session";
import { AWS_PERMISSIONS, type AwsPermission } from "./permissions";

interface RightsPlan {
  purposes: readonly Purpose[];
  /** Names of SSM parameters. */
  pointers: readonly string[];
}

/** Throws on cancellation only: a publisher need not have permission to run this check. */
export async function checkRights(publisher: Session, plan: RightsPlan): Promise<Rights> {
  const { purposes } = plan;
  const session = { ...publisher, policy: ASKING, curing };
  return askRights(async () => {
    const { account, arn } = await getCallerIdentity(session);
    const source = principalOf(arn);
    // The account's root user is allowed everything, and cannot be simulated.
    if (source === undefined) return { problems: [], warnings: [] };
    const table = permissionsFor(AWS_PERMISSIONS, purposes);
    const groups = resourcesOf(session.region, plan, account).map(async ([on, resource]) => {
      const actions = table.filter((permission) => permission.on === on).map(({ name }) => name);
      if (actions.length === 0) return [];
      return simulatePolicy(session, source, actions, resource);
    });
    const denied = new Set(
      (await Promise.all(groups))
        .flat()
        .filter(({ allowed, conditional }) => !allowed && !conditional)
        .map(({ action }) => action),
    );
    const documents = purposes.includes("boot check")
      ? "docs/policies/aws-publisher.json and aws-boot-check.json"
      : "docs/policies/aws-publisher.json";
    return sortRights(
      table.filter(({ name }) => denied.has(name)),
      (some) => missingRights(source, `account ${account}`, some, `attach ${documents} to it`),
    );
  });
}

function curing(failure: CloudFailure): CloudFailure {
  if (failure.kind !== "denied") return failure;
  return failure.curedBy(
    "to be told beforehand, allow iam:SimulatePrincipalPolicy, as docs/policies/aws-publisher.json does",
  );
}

/** The resources of the simulation, by type: an id that does not exist serves as well as any. */
function resourcesOf(
  region: string,
  { pointers }: RightsPlan,
  account: string,
): [on: AwsPermission["on"], arn: string][] {
  const arn = (service: string, rest: string) => `arn:${partitionOf(region)}:${service}:${region}:${rest}`;
  return [
    [undefined, "*"],
    ["image", arn("ec2", ":image/ami-00000000000000000")],
    ["snapshot", arn("ec2", ":snapshot/snap-00000000000000000")],
    ["instance", arn("ec2", `${account}:instance/i-00000000000000000`)],
    ...pointers.map((name): [AwsPermission["on"], string] => [
      "parameter",
      arn("ssm", `${account}:parameter/${name.replace(/^\//, "")}`),
    ]),
  ];
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("eusc-") ? "aws-eusc" : "aws";
}

/**
 * The user or role of a caller ARN from STS; `undefined` for the account's root user. The path of a role is not in
 * the ARN of its session, so a role with a path is not found, and that is reported.
 */
export function principalOf(caller: string): string | undefined {
  const session = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(caller);
  if (session) return `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  return caller.endsWith(":root") ? undefined : caller;
}
