/** Which IAM actions the publisher lacks, by IAM's own simulation: one refusal before the first byte names all of them. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { askRights, ASKING, missingRights, type Rights, sortRights } from "../ask-rights";
import type { CloudFailure } from "../failure";
import { permissionsFor, type Purpose } from "../permissions";
import { retry } from "../retry";
import { stsClient } from "./clients";
import { explainAws } from "./failure";
import { simulatePolicy } from "./iam-api";
import { AWS_PERMISSIONS, type AwsPermission } from "./permissions";

export interface RightsPlan {
  homeRegion: string;
  purposes: readonly Purpose[];
  /** Names of SSM parameters. */
  pointers: readonly string[];
}

/** The two calls, replaceable in tests. */
export interface RightsApi {
  caller(signal: AbortSignal): Promise<{ Account?: string; Arn?: string }>;
  simulate: typeof simulatePolicy;
}

/** Never fails but when it is cancelled: who may publish need not be allowed to ask. */
export async function checkRights(
  plan: RightsPlan,
  signal: AbortSignal,
  api: RightsApi = rightsApi(plan.homeRegion),
): Promise<Rights> {
  const { homeRegion, purposes } = plan;
  const ask = <T>(what: string, question: (inner: AbortSignal) => Promise<T>) =>
    retry(
      { cloud: "AWS", signal, policy: ASKING, explain: (error) => explain(what, error, homeRegion) },
      question,
    );
  return askRights(async () => {
    const { Account = "", Arn = "" } = await ask("GetCallerIdentity", (inner) => api.caller(inner));
    const source = principalOf(Arn);
    // The account's root may everything, and cannot be simulated.
    if (source === undefined) return { problems: [], warnings: [] };
    const table = permissionsFor(AWS_PERMISSIONS, purposes);
    const groups = resourcesOf(plan, Account).map(async ([on, resource]) => {
      const actions = table.filter((permission) => permission.on === on).map(({ name }) => name);
      if (actions.length === 0) return [];
      return ask("SimulatePrincipalPolicy", (inner) =>
        api.simulate(homeRegion, source, actions, resource, inner),
      );
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
      (some) => missingRights(source, `account ${Account}`, some, `attach ${documents} to it`),
    );
  });
}

function rightsApi(region: string): RightsApi {
  return {
    caller: (abortSignal) => stsClient(region).send(new GetCallerIdentityCommand({}), { abortSignal }),
    simulate: simulatePolicy,
  };
}

function explain(what: string, error: unknown, region: string): CloudFailure {
  const failure = explainAws(what, region, error);
  if (failure.kind !== "denied") return failure;
  return failure.curedBy(
    "to be told beforehand, allow iam:SimulatePrincipalPolicy, as docs/policies/aws-publisher.json does",
  );
}

/** What the simulation is asked about, by kind: an id that does not exist is as good as any. */
function resourcesOf(
  { homeRegion, pointers }: RightsPlan,
  account: string,
): [on: AwsPermission["on"], arn: string][] {
  const arn = (service: string, rest: string) =>
    `arn:${partitionOf(homeRegion)}:${service}:${homeRegion}:${rest}`;
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
 * The user or role behind what STS tells; `undefined` for the account's root. The path of a role is not in the ARN of its
 * session, so a role with a path is not found, which is then said.
 */
export function principalOf(caller: string): string | undefined {
  const session = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(caller);
  if (session) return `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  return caller.endsWith(":root") ? undefined : caller;
}
