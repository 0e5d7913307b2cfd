import http from "node:http";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { RightsBook } from "../../asked-rights";
import { GoogleError } from "../errors";
import type { Identities, Identity } from "../identities";
import { readText } from "./body";
import { selectFields } from "./fields";
import type { Answer, Incoming, Route, Router } from "./route";
import { parseBody, unknownParameter } from "./schema";

/** Query parameters of every method of both APIs (https://cloud.google.com/apis/docs/system-parameters). */
const STANDARD_PARAMETERS = new Set([
  "alt",
  "fields",
  "key",
  "prettyPrint",
  "quotaUser",
  "userIp",
  "$.xgafv",
]);

/** Faults before a request is handled: a response in place of the cloud's, or a network fault. */
export interface Interference {
  /** Throws the error to return; `over`: there is no response. */
  before(
    method: string,
    path: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<"over" | undefined>;
}

interface Service {
  readonly router: Router;
  readonly identities: Identities;
  readonly interference: Interference;
  readonly rights: RightsBook;
  readonly log: (line: string) => void;
}

/** The HTTP server of the stand-in; `handle` is the pipeline, in order. */
export function createServer(service: Service): http.Server {
  const server = http.createServer((request, response) => {
    void respond(service, request, response);
  });
  // Uploads and waits on operations have no time limit; idle connections outlive those in clients' pools.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 120_000;
  return server;
}

async function respond(
  service: Service,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const began = Date.now();
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
  try {
    const answer = await handle(service, request, response, url);
    if (answer !== "over") await send(answer, url, request, response);
  } catch (error) {
    if (response.headersSent || response.destroyed || request.errored) {
      // The client has disconnected, or the response is partially sent: no error can be returned.
      response.destroy();
    } else {
      const refusal = error instanceof GoogleError ? error : internal(error, service);
      const answer = { status: refusal.code, headers: refusal.extra.headers ?? {}, json: refusal.body() };
      await send(answer, new URL(url.origin), request, response).catch(() => response.destroy());
    }
  } finally {
    // The rest of a refused request is read and dropped, so that the client receives the response.
    if (!request.readableEnded) request.resume();
    service.log(`gcp ${request.method} ${url.pathname} ${response.statusCode} ${Date.now() - began} ms`);
  }
}

async function handle(
  service: Service,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  url: URL,
): Promise<Answer | "over"> {
  const method = request.method ?? "GET";
  const found = service.router.find(method, url.pathname);
  if (!found)
    throw new GoogleError(
      404,
      "notFound",
      `The requested URL ${method} ${url.pathname} was not found on this server.`,
    );
  const { route, params } = found;
  const caller = signIn(service.identities, request.headers.authorization, route);
  const { interference } = service;
  const over = await interference.before(method, decodeURIComponent(url.pathname), request, response);
  if (over) return over;
  for (const name of route.anyQuery ? [] : url.searchParams.keys()) {
    // A path variable may be repeated as a parameter: Python's client does so for licences.
    if (!STANDARD_PARAMETERS.has(name) && !(name in params) && !route.query?.includes(name))
      throw unknownParameter(name);
  }
  let body: unknown;
  if (route.body) body = parseBody(route.body, await readText(request));
  else if (!route.raw) parseBody(noFields, await readText(request));
  const incoming: Incoming<unknown> = {
    method,
    params,
    query: url.searchParams,
    headers: request.headers,
    caller,
    origin: url.origin,
    body,
    stream: request,
  };
  if (!caller) return route.handle(incoming);
  return service.rights.during(caller.role, `${method} ${route.path}`, () => route.handle(incoming));
}

/** Authenticates the caller; https://cloud.google.com/docs/authentication/rest. */
function signIn(
  identities: Identities,
  authorization: string | undefined,
  route: Route,
): Identity | undefined {
  if (authorization === undefined) {
    if (route.anonymous) return undefined;
    throw unauthenticated(
      "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or " +
        "other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
      "required",
    );
  }
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  const identity = token === undefined ? undefined : identities.withToken(token);
  if (identity) return identity;
  throw unauthenticated("Invalid Credentials", "authError");
}

function unauthenticated(message: string, reason: string): GoogleError {
  return new GoogleError(401, reason, message, {
    locationType: "header",
    location: "Authorization",
    headers: { "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"' },
  });
}

function internal(error: unknown, service: Service): GoogleError {
  service.log(
    `gcp internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return new GoogleError(500, "backendError", "Internal error encountered.");
}

async function send(
  answer: Answer,
  url: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  response.writeHead(answer.status ?? (answer.json || answer.stream ? 200 : 204), {
    ...(answer.json ? { "Content-Type": "application/json; charset=UTF-8" } : {}),
    ...answer.headers,
  });
  if (request.method === "HEAD") {
    answer.stream?.destroy();
    response.end();
  } else if (answer.stream) {
    await pipeline(answer.stream, response);
  } else if (answer.json) {
    const fields = url.searchParams.get("fields");
    const selected = fields === null ? answer.json : selectFields(answer.json, fields);
    const indent = url.searchParams.get("prettyPrint") === "false" ? undefined : 2;
    response.end(`${JSON.stringify(selected, undefined, indent)}\n`);
  } else {
    response.end();
  }
}

const noFields = z.strictObject({});
