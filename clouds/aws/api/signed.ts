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
  /** The next request is dated by AWS's clock, as this one was not. */
  readonly clockSkewCorrected?: boolean;
}

/** Difference of AWS's clock from this machine's, as measured by the last answer. */
interface Clock {
  offset: number;
}

/** Milliseconds; as in the SDK's clients (AwsSdkSigV4Signer in @aws-sdk/core 3.981, read 2026-11-29). */
const SKEW = 240_000;

export async function sendSigned(
  credentials: STSClient["config"]["credentials"],
  { service, region, url, headers, body }: SignedRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<SignedAnswer> {
  const signed = await new SignatureV4({ service, region, credentials, sha256: Sha256 }).sign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      headers: { host: url.host, ...headers },
      body,
    },
    { signingDate: new Date(Date.now() + clock.offset) },
  );
  const answer = await fetch(new URL("/", url), { method: "POST", headers: signed.headers, body, signal });
  const text = await answer.text();
  const measured = Date.parse(answer.headers.get("date") ?? "") - Date.now();
  const isSkewed = Math.abs(measured - clock.offset) >= SKEW;
  if (isSkewed) clock.offset = measured;
  return { status: answer.status, text, ...(isSkewed && { clockSkewCorrected: true }) };
}

export function isOk({ status }: SignedAnswer): boolean {
  return status >= 200 && status < 300;
}

/** An error in the format that the SDK's clients throw. */
export function signedError(
  { status, clockSkewCorrected }: SignedAnswer,
  name: string | undefined,
  message: string | undefined,
): Error {
  const error = new Error(message || `HTTP ${status}`);
  error.name = name || "UnknownError";
  return Object.assign(error, { $metadata: { httpStatusCode: status, clockSkewCorrected } });
}
