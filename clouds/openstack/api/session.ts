/** Requests to Glance, API v2, with a token of Keystone and one retry layer. */
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import { PATIENT, retry, type Retrying, type RetryPolicy, reportRetry } from "../../retry";
import { transcribed } from "../../transcript/http";
import { findCredentials } from "../credentials";
import { explainOpenstack, type OpenstackAnswer, refusedByOpenstack } from "../failure";
import { openstackServices } from "../transcript";
import { type SignedIn, signIn, signInAgain } from "./tokens";

interface OpenstackRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  /** Bytes of a disk to send, read once. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** The answer is the bytes of a disk: it comes as a stream. */
  readonly wantsStream?: boolean;
}

/** Where images are asked for. */
export interface OpenstackPlace {
  /** Of clouds.yaml; absent: what the environment names. */
  readonly cloud?: string | undefined;
  readonly region: string;
}

export interface OpenstackSession extends Retrying, OpenstackPlace {
  readonly signal: AbortSignal;
  /** A test replaces it. */
  readonly send: (request: OpenstackRequest, signal: AbortSignal) => Promise<OpenstackAnswer>;
}

interface OpenstackSessionOptions {
  /** Receives progress and notices of retries. Default: discarded. */
  readonly status?: (line: string) => void;
  /** Default: {@link PATIENT}. */
  readonly policy?: RetryPolicy;
}

export function openOpenstackSession(
  { cloud, region }: OpenstackPlace,
  signal: AbortSignal,
  { status, policy = PATIENT }: OpenstackSessionOptions = {},
): OpenstackSession {
  return {
    cloud,
    region,
    signal,
    policy,
    send: transcribed(openstackServices, exchange),
    status: (line) => status?.(line),
  };
}

/** Who these credentials belong to. */
export function identify(session: OpenstackSession): Promise<SignedIn & { readonly from: string }> {
  const what = "sign in";
  return withRetry(session, what, async (signal) => {
    const credentials = findCredentials(session.cloud);
    return { ...(await signIn(credentials, signal)), from: credentials.from };
  });
}

interface GlanceCall extends Omit<OpenstackRequest, "url"> {
  /** From `/v2` on. */
  readonly path: string;
  /** Statuses other than 2xx that are not failures. */
  readonly accept?: readonly number[];
}

/** One call, with retries by kind of failure; a refusal becomes a {@link CloudFailure}. */
export function callGlance(
  session: OpenstackSession,
  what: string,
  call: GlanceCall,
): Promise<OpenstackAnswer> {
  return withRetry(session, what, (signal) => callOnce(session, what, call, signal));
}

/** The same without a retry, for a body that can be read once. */
export async function callOnce(
  session: OpenstackSession,
  what: string,
  { path, accept = [], ...request }: GlanceCall,
  signal: AbortSignal,
): Promise<OpenstackAnswer> {
  const credentials = findCredentials(session.cloud);
  const send = (by: SignedIn) =>
    session.send(
      {
        ...request,
        url: `${doorOf(by, session)}${path}`,
        headers: { accept: "application/json", ...request.headers, "x-auth-token": by.token },
      },
      signal,
    );
  const first = await signIn(credentials, signal);
  let answer = await send(first);
  if (answer.status === 401 && request.stream === undefined)
    answer = await send(await signInAgain(credentials, first, signal));
  const fine = (answer.status >= 200 && answer.status < 300) || accept.includes(answer.status);
  if (!fine) throw refusedByOpenstack(`${what} in ${session.region}`, answer);
  return answer;
}

/** @returns `undefined` if there is no such object, or none that these credentials see */
export async function findInGlance<T>(
  session: OpenstackSession,
  what: string,
  path: string,
): Promise<T | undefined> {
  const { status, text } = await callGlance(session, what, { method: "GET", path, accept: [404] });
  return status === 404 ? undefined : jsonAnswer(`${what} on OpenStack`, text);
}

export function withRetry<T>(
  session: OpenstackSession,
  what: string,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, policy } = session;
  return retry(
    {
      cloud: "OpenStack",
      signal,
      policy,
      curing: session.curing,
      explain: (error) => explainOpenstack(`${what} in ${session.region}`, error),
      onRetry: (failure, tries) => reportRetry(session, failure, tries),
    },
    attempt,
  );
}

function doorOf({ images, project }: SignedIn, { region }: OpenstackPlace): string {
  const door = images[region];
  if (door !== undefined) return door;
  const there = Object.keys(images).sort().join(", ") || "none";
  throw new CloudFailure(
    "refused",
    `OpenStack has no image service in ${region} for project ${project.name}`,
    {
      cure: `it has one in: ${there}`,
    },
  );
}

async function exchange(
  { method, url, headers, json, stream, wantsStream = false }: OpenstackRequest,
  signal: AbortSignal,
): Promise<OpenstackAnswer> {
  const response = await fetch(url, {
    method,
    signal,
    redirect: "manual",
    headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(stream && { body: ReadableStream.from<Uint8Array>(stream), duplex: "half" }),
  });
  const { status, ok, body } = response;
  if (!wantsStream || !ok || body === null)
    return { status, headers: response.headers, text: await response.text() };
  return { status, headers: response.headers, text: "", stream: body as AsyncIterable<Uint8Array> };
}
