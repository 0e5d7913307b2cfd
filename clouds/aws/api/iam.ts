/** The only IAM call in use. API Reference, SimulatePrincipalPolicy (2026-11). */
import { call, type Session } from "./session";
import { isOk, signedError } from "./signed";

interface Simulated {
  /** `ec2:RegisterImage` */
  readonly action: string;
  readonly allowed: boolean;
  /** The policy has conditions on values that a simulation does not know: a denial is then not conclusive. */
  readonly conditional: boolean;
}

/** IAM's region and endpoint in each partition: IAM endpoints and quotas, AWS General Reference (2026-11). */
const PARTITIONS: readonly (readonly [prefix: string, region: string, host: string])[] = [
  ["cn-", "cn-north-1", "iam.cn-north-1.amazonaws.com.cn"],
  ["us-gov-", "us-gov-west-1", "iam.us-gov.amazonaws.com"],
  ["eusc-", "eusc-de-east-1", "iam.eusc-de-east-1.amazonaws.eu"],
  ["", "us-east-1", "iam.amazonaws.com"],
];

/** Maximum number of results in one response. */
const MOST = "1000";

/**
 * Decisions for a user or role on one resource, from its own policies and permissions boundaries. One resource in a
 * call: for several, IAM reports only the most restrictive decision (API Reference, EvaluationResult).
 *
 * @param session in any region of its partition
 * @param source ARN of the user or role
 * @param resource ARN, or `*`
 */
export async function simulatePolicy(
  session: Session,
  source: string,
  actions: readonly string[],
  resource: string,
): Promise<Simulated[]> {
  const form = new URLSearchParams({
    Action: "SimulatePrincipalPolicy",
    Version: "2010-05-08",
    PolicySourceArn: source,
    MaxItems: MOST,
    "ResourceArns.member.1": resource,
  });
  actions.forEach((action, index) => form.set(`ActionNames.member.${index + 1}`, action));
  const text = await call(session, "SimulatePrincipalPolicy", (signal) =>
    send(session, form.toString(), signal),
  );
  return resultsIn(text).map((result) => ({
    action: element(result, "EvalActionName"),
    allowed: element(result, "EvalDecision") === "allowed",
    conditional: /<MissingContextValues>\s*<member>/.test(result),
  }));
}

async function send({ clients, region: near }: Session, body: string, signal: AbortSignal): Promise<string> {
  const [, region, host] = PARTITIONS.find(([prefix]) => near.startsWith(prefix)) ?? ["", near, ""];
  const { AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL } = process.env;
  const answer = await clients.signed(
    {
      service: "iam",
      region,
      operation: "SimulatePrincipalPolicy",
      url: new URL(AWS_ENDPOINT_URL_IAM || AWS_ENDPOINT_URL || `https://${host}`),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    },
    signal,
  );
  if (isOk(answer)) return answer.text;
  throw signedError(answer, element(answer.text, "Code"), element(answer.text, "Message"));
}

/** The outer `<member>` elements of the results; nested lists use the same element name. */
function resultsIn(text: string): string[] {
  const results: string[] = [];
  const list = text.slice(text.indexOf("<EvaluationResults>"));
  let depth = 0;
  let start = 0;
  for (const { 0: tag, index } of list.matchAll(/<\/?member>/g)) {
    if (tag === "<member>" && depth++ === 0) start = index;
    if (tag === "</member>" && --depth === 0) results.push(list.slice(start, index));
  }
  return results;
}

function element(text: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? "";
}
