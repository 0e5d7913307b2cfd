/**
 * Requests to Azure Resource Manager, to the links it returns, and to key vaults, with one retry layer. Credentials
 * are those of Pulumi's own provider (`identity.ts`); the endpoint is `AZURE_RESOURCE_MANAGER_ENDPOINT` or the public
 * cloud's.
 */
import { AdaptiveLimit } from "../../adaptive-limit";
import { bytesOf, bytesIn, requestBody } from "../../body";
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import { PATIENT, retry, type Retrying, type RetryPolicy, reportRetry } from "../../retry";
import { transcribed } from "../../transcript/http";
import { type AzureAnswer, explainAzure, refusedByAzure } from "../failure";
import { azureServices } from "../transcript";
import { MANAGEMENT, tokensOfEnvironment } from "../tokens";

export interface AzureRequest {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  url: string;
  json?: unknown;
  /** Sent in sequence, without being joined in memory. */
  body?: readonly Buffer[];
  headers?: Record<string, string>;
  /** Statuses other than 2xx that are not failures. */
  accept?: readonly number[];
  /** The link itself is the credential. */
  anonymous?: boolean;
  /** Scope of the token, if not Resource Manager's: `https://vault.azure.net/.default`. */
  scope?: string;
}

/** Sends one request; a test replaces it by a function. */
type Send = (request: AzureRequest, signal: AbortSignal) => Promise<AzureAnswer>;

export interface AzureSession extends Retrying {
  readonly send: Send;
  readonly signal: AbortSignal;
  readonly limit: AdaptiveLimit;
}

interface AzureSessionOptions {
  /** Receives progress and notices of retries. Default: discarded. */
  status?(line: string): void;
  /** Default: {@link PATIENT}. */
  readonly policy?: RetryPolicy;
  /** A bearer token of an account other than the environment's. */
  readonly token?: string | undefined;
}

/** A session with the real cloud, or with the endpoint of the environment. */
export function openAzureSession(signal: AbortSignal, options: AzureSessionOptions = {}): AzureSession {
  const { policy = PATIENT, token } = options;
  return {
    send: transcribed(azureServices, token === undefined ? sendSigned : sendAs(token)),
    signal,
    policy,
    // Up to 4 MiB per request: more requests in flight cost memory without more throughput.
    limit: new AdaptiveLimit({ start: 4, most: 16 }),
    status: (line) => options.status?.(line),
  };
}

function sendAs(token: string): Send {
  // Sent as anonymous, so that the environment's account is not used.
  return (request, signal) =>
    sendSigned(
      { ...request, anonymous: true, headers: { ...request.headers, authorization: `Bearer ${token}` } },
      signal,
    );
}

/** One call, with retries by kind of failure; a refusal becomes a {@link CloudFailure}. */
export function callAzure(
  session: AzureSession,
  what: string,
  request: AzureRequest,
  signal: AbortSignal = session.signal,
): Promise<AzureAnswer> {
  const { policy } = session;
  return retry(
    {
      cloud: "Azure",
      signal,
      policy,
      curing: session.curing,
      explain: (error) => explainAzure(what, error),
      onRetry: (failure, tries) => {
        if (failure.kind === "throttled" || failure.kind === "timeout") session.limit.throttled();
        reportRetry(session, failure, tries);
      },
    },
    async (inner) => {
      const answer = await session.send(request, inner);
      const fine = (answer.status >= 200 && answer.status < 300) || request.accept?.includes(answer.status);
      if (!fine) throw refusedByAzure(what, answer);
      return answer;
    },
  );
}

/** `api-version`s supported in every region of the public cloud, Government and China. */
const VERSIONS = {
  disks: "2024-03-02",
  galleries: "2024-03-03",
  resources: "2022-12-01",
  groups: "2024-03-01",
  authorization: "2022-04-01",
  locks: "2020-05-01",
} as const;

function endpoint(): string {
  return (process.env.AZURE_RESOURCE_MANAGER_ENDPOINT || "https://management.azure.com").replace(/\/+$/, "");
}

/** A link from Resource Manager. Its links are absolute; RFC 9110 (10.2.2) permits a relative `Location`. */
export function linkOf(link: string): string {
  return link.startsWith("/") ? `${endpoint()}${link}` : link;
}

export function armUrl(id: string, family: keyof typeof VERSIONS, query = ""): string {
  return `${endpoint()}${id.startsWith("/") ? id : `/${id}`}?api-version=${VERSIONS[family]}${query && `&${query}`}`;
}

/**
 * `undefined`: there is no such resource. A subscription that is not found, or an unsupported path, is no evidence
 * about the resource, and is a failure.
 *
 * @throws {CloudFailure} kind `absent`, code `SubscriptionNotFound`, for a subscription not visible to these
 * credentials
 */
export async function findResource<T>(
  session: AzureSession,
  what: string,
  url: string,
): Promise<T | undefined> {
  const answer = await callAzure(session, what, { method: "GET", url, accept: [404] });
  if (answer.status !== 404) return jsonAnswer(`${what} on Azure`, answer.body.toString("utf8"));
  const refusal = refusedByAzure(what, answer);
  if (/NotFound$/.test(refusal.code ?? "") && !namesNoSubscription(refusal)) return undefined;
  throw refusal;
}

/**
 * All items of a list, over all of its pages.
 *
 * @param absent statuses that mean an empty list: a caller without access gets 403 or 404 for a resource
 */
export async function listResources<T>(
  session: AzureSession,
  what: string,
  first: string,
  absent = [404],
): Promise<T[]> {
  const all: T[] = [];
  let url: string | undefined = first;
  while (url !== undefined) {
    const answer = await callAzure(session, what, { method: "GET", url, accept: absent });
    if (absent.includes(answer.status)) return all;
    const page = jsonAnswer<{ value?: T[]; nextLink?: string }>(
      `${what} on Azure`,
      answer.body.toString("utf8"),
    );
    all.push(...(page.value ?? []));
    url = page.nextLink || undefined;
  }
  return all;
}

/** The subscription in the request is wrong, whatever the request was for. */
export function namesNoSubscription({ code }: CloudFailure): boolean {
  return code === "SubscriptionNotFound" || code === "InvalidSubscriptionId";
}

async function sendSigned(request: AzureRequest, signal: AbortSignal): Promise<AzureAnswer> {
  if (request.anonymous) return exchange(request, signal);
  const tokens = tokensOfEnvironment();
  const { scope = MANAGEMENT } = request;
  const token = await tokens.get(scope);
  const answer = await exchange(request, signal, token);
  if (answer.status !== 401) return answer;
  // Revoked, or expired earlier than stated. If `az` returns the same token, it is refused again.
  const other = await tokens.instead(scope, token);
  return other === token ? answer : exchange(request, signal, other);
}

async function exchange(
  { method, url, json, body, headers }: AzureRequest,
  signal: AbortSignal,
  token?: string,
): Promise<AzureAnswer> {
  const response = await fetch(url, {
    method,
    signal,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(body && { "content-length": String(bytesIn(body)) }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(body && requestBody(body)),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: await bytesOf(response),
  };
}
