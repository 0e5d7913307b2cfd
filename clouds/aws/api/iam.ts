/** The one call of IAM that this project makes. API Reference, SimulatePrincipalPolicy (2026-11). */
import { call, type Session } from "./session";
import { isOk, signedError } from "./signed";

export interface Simulated {
  /** `ec2:RegisterImage` */
  readonly action: string;
  readonly allowed: boolean;
  /** Conditions of the policy ask for more than a simulation knows: a denial says nothing then. */
  readonly conditional: boolean;
}

/** IAM's own region and endpoint in each partition: IAM endpoints and quotas, AWS General Reference (2026-11). */
const PARTITIONS: readonly (readonly [prefix: string, region: string, host: string])[] = [
  ["cn-", "cn-north-1", "iam.cn-north-1.amazonaws.com.cn"],
  ["us-gov-", "us-gov-west-1", "iam.us-gov.amazonaws.com"],
  ["eusc-", "eusc-de-east-1", "iam.eusc-de-east-1.amazonaws.eu"],
  ["", "us-east-1", "iam.amazonaws.com"],
];

/** As many results as one answer holds. */
const MOST = "1000";

/**
 * What a user or role may do with one resource, as far as its own policies and boundaries say. One resource in a call: for
 * several, IAM tells the worst decision only (API Reference, EvaluationResult).
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

/** The outer `<member>`s of the results; lists of the same element name lie inside of them. */
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
