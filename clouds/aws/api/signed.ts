/**
 * One call to a service without a client here, signed by the SDK's signer: a complete client would be a larger
 * dependency.
 */
import { SignatureV4 } from "@smithy/signature-v4";
import type { STSClient } from "@aws-sdk/client-sts";
import { Sha256 } from "./sha256";

export interface SignedRequest {
  readonly service: "iam" | "servicequotas";
  /** Signing region. */
  readonly region: string;
  /** Name of the call, for messages. */
  readonly operation: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignedAnswer {
  readonly status: number;
  readonly text: string;
}

export async function sendSigned(
  credentials: STSClient["config"]["credentials"],
  { service, region, url, headers, body }: SignedRequest,
  signal: AbortSignal,
): Promise<SignedAnswer> {
  const signed = await new SignatureV4({ service, region, credentials, sha256: Sha256 }).sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    headers: { host: url.host, ...headers },
    body,
  });
  const answer = await fetch(new URL("/", url), { method: "POST", headers: signed.headers, body, signal });
  return { status: answer.status, text: await answer.text() };
}

export function isOk({ status }: SignedAnswer): boolean {
  return status >= 200 && status < 300;
}

/** An error in the format that the SDK's clients throw. */
export function signedError(
  { status }: SignedAnswer,
  name: string | undefined,
  message: string | undefined,
): Error {
  const error = new Error(message || `HTTP ${status}`);
  error.name = name || "UnknownError";
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}
