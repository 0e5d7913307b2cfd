/**
 * The one call of IAM that this project makes, signed by the SDK's own signer: the client for all of IAM would be the largest
 * dependency for it. API Reference, SimulatePrincipalPolicy (2026-11).
 */
import { SignatureV4 } from "@smithy/signature-v4";
import { stsClient } from "./clients";
import { Sha256 } from "./sha256";

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
 * @param source ARN of the user or role
 * @param near any region of its partition
 * @param resource ARN, or `*`
 */
export async function simulatePolicy(
  near: string,
  source: string,
  actions: readonly string[],
  resource: string,
  signal: AbortSignal,
): Promise<Simulated[]> {
  const form = new URLSearchParams({
    Action: "SimulatePrincipalPolicy",
    Version: "2010-05-08",
    PolicySourceArn: source,
    MaxItems: MOST,
    "ResourceArns.member.1": resource,
  });
  actions.forEach((action, index) => form.set(`ActionNames.member.${index + 1}`, action));
  const text = await send(near, form.toString(), signal);
  return resultsIn(text).map((result) => ({
    action: element(result, "EvalActionName"),
    allowed: element(result, "EvalDecision") === "allowed",
    conditional: /<MissingContextValues>\s*<member>/.test(result),
  }));
}

async function send(near: string, body: string, signal: AbortSignal): Promise<string> {
  const [, region, host] = PARTITIONS.find(([prefix]) => near.startsWith(prefix)) ?? ["", near, ""];
  const { AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL } = process.env;
  const url = new URL(AWS_ENDPOINT_URL_IAM || AWS_ENDPOINT_URL || `https://${host}`);
  const signer = new SignatureV4({
    service: "iam",
    region,
    credentials: stsClient(near).config.credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    headers: { host: url.host, "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const answer = await fetch(new URL("/", url), { method: "POST", headers, body, signal });
  const text = await answer.text();
  if (answer.ok) return text;
  const error = new Error(element(text, "Message") || `HTTP ${answer.status}`);
  error.name = element(text, "Code") || "UnknownError";
  throw Object.assign(error, { $metadata: { httpStatusCode: answer.status } });
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
