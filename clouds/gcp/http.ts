/**
 * Requests to Google's JSON APIs, authenticated and retried. Endpoints and credentials come from where Google's own tools
 * take them, and nowhere else: credentials.ts.
 */
import { requestBody } from "../body";
import { PATIENT, retry, type Retrying, reportRetry } from "../retry";
import { transcribed } from "../transcript/http";
import { accessToken, tokenInstead } from "./credentials";
import { explainGoogle, type GoogleAnswer, refusedByGoogle } from "./failure";

export interface GoogleRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  json?: unknown;
  body?: Buffer;
  headers?: Record<string, string>;
  /** The answer is no text: what arrives is in its `bytes`. */
  wantsBytes?: boolean;
  /** Statuses besides 2xx that are answers, not failures. */
  accept?: readonly number[];
}

/** The one thing that the rest of this folder needs: a fake of it is a function. */
export type Send = (request: GoogleRequest, signal: AbortSignal) => Promise<GoogleAnswer>;

export interface GoogleSession extends Retrying {
  readonly send: Send;
  readonly signal: AbortSignal;
}

/** @param token a bearer token of another account than the environment's */
export function openGoogleSession(
  signal: AbortSignal,
  talk: { status(line: string): void },
  token?: string,
): GoogleSession {
  return {
    send: transcribed("gcp", token === undefined ? sendSigned : sendAs(token)),
    signal,
    policy: PATIENT,
    status: (line) => talk.status(line),
  };
}

function sendAs(token: string): Send {
  return (request, signal) =>
    sendSigned({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }, signal);
}

/** One call: retried by kind of failure, a refusal turned into a {@link CloudFailure}. */
export function callGoogle(
  session: GoogleSession,
  what: string,
  request: GoogleRequest,
): Promise<GoogleAnswer> {
  return withRetry(session, what, (signal) => sendOnce(session, what, request, signal));
}

/** `undefined` when there is no such object. */
export async function findGoogle(
  session: GoogleSession,
  what: string,
  url: string,
): Promise<string | undefined> {
  const answer = await callGoogle(session, what, { method: "GET", url, accept: [404] });
  return answer.status === 404 ? undefined : answer.text;
}

export async function sendOnce(
  session: GoogleSession,
  what: string,
  request: GoogleRequest,
  signal: AbortSignal,
): Promise<GoogleAnswer> {
  const answer = await session.send(request, signal);
  const fine = (answer.status >= 200 && answer.status < 300) || request.accept?.includes(answer.status);
  if (!fine) throw refusedByGoogle(what, answer);
  return answer;
}

export function withRetry<T>(
  session: GoogleSession,
  what: string,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, policy } = session;
  return retry(
    {
      cloud: "Google Cloud",
      signal,
      policy,
      curing: session.curing,
      explain: (error) => explainGoogle(what, error),
      onRetry: (failure, tries) => reportRetry(session, failure, tries),
    },
    attempt,
  );
}

async function sendSigned(request: GoogleRequest, signal: AbortSignal): Promise<GoogleAnswer> {
  if (request.headers?.authorization !== undefined) return exchange(request, signal, "");
  const token = await accessToken();
  const answer = await exchange(request, signal, token);
  if (answer.status !== 401) return answer;
  // Revoked, or older than it said. One that is given again is refused again.
  const other = await tokenInstead(token);
  return other === token ? answer : exchange(request, signal, other);
}

async function exchange(
  { method, url, json, body, headers, wantsBytes = false }: GoogleRequest,
  signal: AbortSignal,
  token: string,
): Promise<GoogleAnswer> {
  const response = await fetch(url, {
    method,
    signal,
    // 308 is how Cloud Storage says "go on", not a redirection to follow.
    redirect: "manual",
    headers: {
      authorization: `Bearer ${token}`,
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(body && { "content-length": String(body.length) }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(body && requestBody([body])),
  });
  const { status } = response;
  if (!wantsBytes || !response.ok) return { status, headers: response.headers, text: await response.text() };
  return { status, headers: response.headers, text: "", bytes: Buffer.from(await response.arrayBuffer()) };
}

/** `https://storage.googleapis.com`, or the emulator's address without a slash at its end. */
export function storageEndpoint(): string {
  const emulator = process.env.STORAGE_EMULATOR_HOST;
  if (!emulator) return "https://storage.googleapis.com";
  return (/^https?:\/\//.test(emulator) ? emulator : `http://${emulator}`).replace(/\/+$/, "");
}

/** `https://cloudkms.googleapis.com/v1`, or what gcloud or the Pulumi provider was pointed at. */
export function kmsEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS || process.env.GOOGLE_KMS_CUSTOM_ENDPOINT;
  if (!override) return "https://cloudkms.googleapis.com/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}

/** `https://cloudresourcemanager.googleapis.com/v1`, or what gcloud or the Terraform provider was pointed at. */
export function resourceManagerEndpoint(): string {
  const { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER, GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT } =
    process.env;
  const override =
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER || GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT;
  if (!override) return "https://cloudresourcemanager.googleapis.com/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}

/** `https://orgpolicy.googleapis.com`, or what gcloud or the Pulumi provider was pointed at. */
export function orgPolicyEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_ORGPOLICY || process.env.GOOGLE_ORG_POLICY_CUSTOM_ENDPOINT;
  return (override || "https://orgpolicy.googleapis.com").replace(/\/+$/, "").replace(/\/v2$/, "");
}

/** `https://compute.googleapis.com/compute/v1`, or what gcloud or the Pulumi provider was pointed at. */
export function computeEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE || process.env.GOOGLE_COMPUTE_CUSTOM_ENDPOINT;
  if (!override) return "https://compute.googleapis.com/compute/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/compute/v1") ? base : `${base}/compute/v1`;
}
