/**
 * Requests to Google's JSON APIs, authenticated and retried. Endpoints and credentials come from the same places as
 * for Google's own tools, and no other: credentials.ts, endpoints.ts.
 */
import { requestBody } from "../../body";
import { jsonAnswer } from "../../json-answer";
import { PATIENT, retry, type Retrying, type RetryPolicy, reportRetry } from "../../retry";
import { transcribed } from "../../transcript/http";
import { accessToken, tokenInstead } from "../credentials";
import { googleServices } from "../transcript";
import { explainGoogle, type GoogleAnswer, refusedByGoogle } from "../failure";

export interface GoogleRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  json?: unknown;
  body?: Buffer;
  headers?: Record<string, string>;
  /** The response is binary: it is returned in `bytes`. */
  wantsBytes?: boolean;
  /** Statuses other than 2xx that are not failures. */
  accept?: readonly number[];
}

/** Sends one request; a test replaces it by a function. */
type Send = (request: GoogleRequest, signal: AbortSignal) => Promise<GoogleAnswer>;

export interface GoogleSession extends Retrying {
  readonly send: Send;
  readonly signal: AbortSignal;
  /** Receives what Google warns of at the end of a change. Absent: discarded. */
  readonly warning?: (line: string) => void;
}

interface GoogleSessionOptions {
  /** Receives progress and notices of retries. Default: discarded. */
  status?(line: string): void;
  /** Receives what Google warns of at the end of a change. Default: as progress. */
  warning?(line: string): void;
  /** Default: {@link PATIENT}. */
  readonly policy?: RetryPolicy;
  /** A bearer token of an account other than the environment's. */
  readonly token?: string | undefined;
}

/** A session with the real cloud, or with the endpoints of the environment. */
export function openGoogleSession(signal: AbortSignal, options: GoogleSessionOptions = {}): GoogleSession {
  const { policy = PATIENT, token } = options;
  return {
    send: transcribed(googleServices, token === undefined ? sendSigned : sendAs(token)),
    signal,
    policy,
    status: (line) => options.status?.(line),
    warning: (line) => (options.warning ?? options.status)?.(line),
  };
}

function sendAs(token: string): Send {
  return (request, signal) =>
    sendSigned({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }, signal);
}

/** One call, with retries by kind of failure; a refusal becomes a {@link CloudFailure}. */
export function callGoogle(
  session: GoogleSession,
  what: string,
  request: GoogleRequest,
): Promise<GoogleAnswer> {
  return withRetry(session, what, (signal) => sendOnce(session, what, request, signal));
}

/** The parsed JSON of a GET. */
export async function getGoogle<T>(session: GoogleSession, what: string, url: string): Promise<T> {
  const { text } = await callGoogle(session, what, { method: "GET", url });
  return jsonAnswer(`${what} on Google Cloud`, text);
}

/**
 * @param absent statuses that mean that the object does not exist
 * @returns `undefined` if there is no such object
 */
export async function findGoogle<T>(
  session: GoogleSession,
  what: string,
  url: string,
  absent: readonly number[] = [404],
): Promise<T | undefined> {
  const answer = await callGoogle(session, what, { method: "GET", url, accept: absent });
  return absent.includes(answer.status) ? undefined : jsonAnswer(`${what} on Google Cloud`, answer.text);
}

/**
 * All items of a list, over all of its pages.
 *
 * @param absent statuses that mean an empty list
 */
export async function listGoogle<T>(
  session: GoogleSession,
  what: string,
  url: string,
  absent: readonly number[] = [404],
): Promise<T[]> {
  const all: T[] = [];
  let next = url;
  for (;;) {
    const page = await findGoogle<{ items?: T[]; nextPageToken?: string }>(session, what, next, absent);
    for (const item of page?.items ?? []) all.push(item);
    if (!page?.nextPageToken) return all;
    next = `${url}${url.includes("?") ? "&" : "?"}pageToken=${encodeURIComponent(page.nextPageToken)}`;
  }
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
  // Revoked, or expired earlier than stated. If the new token is the same, it is refused again.
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
    // 308 is Cloud Storage's "resume incomplete", not a redirection to follow.
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
