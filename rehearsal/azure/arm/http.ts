import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { RightsBook } from "../../asked-rights";
import { MIB } from "../../../facts/units";
import type { Caller } from "../identity";
import { type ApiFamily, checkApiVersion } from "./api-versions";
import { ArmError, notRehearsed } from "./errors";

/** One request as seen by the handlers. */
export interface ArmRequest {
  method: string;
  /** Decoded, in the caller's case. */
  path: string;
  /** Values of the route's `{…}`. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON; `undefined` without a body. */
  body: unknown;
  headers: IncomingMessage["headers"];
  caller: Caller;
  /** `https://127.0.0.1:1234`, as used by the caller: prefix of links in responses. */
  base: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE" | "HEAD";
  /** `/subscriptions/{subscription}/…`; case-insensitive, like ARM. */
  path: string;
  /** `undefined`: no api-version is required. */
  family?: ApiFamily;
  /** No token is required. */
  open?: true;
  /** Query parameters besides `api-version`; others are refused. */
  query?: readonly string[];
  handle(request: ArmRequest): Answer | Promise<Answer>;
}

/** Stages between a parsed request and its handler, in order. Each may refuse by throwing. */
export interface Gate {
  (request: ArmRequest): void | Promise<void>;
}

export interface HandlerOptions {
  routes: readonly Route[];
  callers: readonly Caller[];
  /** Authenticates the caller; a service other than Resource Manager has its own tokens. */
  readonly authenticate?: (message: IncomingMessage, callers: readonly Caller[]) => Caller;
  /** First stage: latency, throttling, dropped connections. `over`: there is no response. */
  disturb(
    message: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<Answer | "over" | undefined>;
  /** After authentication and the api-version: the caller's rights on the scope, and its existence. */
  gates: readonly Gate[];
  readonly rights: RightsBook;
  log(line: string): void;
}

const BODY_LIMIT = 4 * MIB;

export function armHandler(options: HandlerOptions): RequestListener {
  const { authenticate: whoIs = authenticate } = options;
  const matchers = options.routes.map((route) => ({ route, match: matcher(route.path) }));

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<Answer | "over"> => {
    const protocol = (message.socket as Partial<TLSSocket>).encrypted ? "https" : "http";
    const url = new URL(message.url ?? "/", `${protocol}://${message.headers.host ?? "127.0.0.1"}`);
    const path = decodeURIComponent(url.pathname).replace(/\/+$/, "");
    const method = message.method ?? "GET";
    const text = await readBody(message);
    const disturbed = await options.disturb(message, response, path);
    if (disturbed) return disturbed;

    const found = matchers.flatMap(({ route, match }) => {
      const params = match(path);
      return params ? [{ route, params }] : [];
    });
    const chosen = found.find(({ route }) => route.method === method);
    const caller = chosen?.route.open ? options.callers[0] : whoIs(message, options.callers);
    if (!chosen || !caller)
      throw unknownRoute(method, path, found.length > 0, url.searchParams.get("api-version"));

    const { route, params } = chosen;
    if (route.family) {
      checkApiVersion(url.searchParams.get("api-version"), route.family, typeOf(path), params.location ?? "");
    }
    for (const key of url.searchParams.keys()) {
      if (key === "api-version" || route.query?.includes(key)) continue;
      throw new ArmError(
        400,
        "InvalidQueryParameter",
        `The query parameter '${key}' is not known to ${method} ${route.path}.`,
        {
          target: key,
        },
      );
    }
    const condition = ["if-match", "if-none-match"].find((name) => message.headers[name] !== undefined);
    if (condition && method !== "GET" && method !== "HEAD") {
      throw notRehearsed(`The header '${condition}'`, condition, `${method} ${route.path} has no conditions`);
    }
    const body = parseJson(text);
    const request = {
      method,
      path,
      params,
      query: url.searchParams,
      body,
      headers: message.headers,
      caller,
      base: url.origin,
    };
    if (route.open) return route.handle(request);
    return options.rights.during(caller.name, `${method} ${route.path}`, async () => {
      for (const gate of options.gates) await gate(request);
      return route.handle(request);
    });
  };

  return (message, response) => {
    answer(message, response)
      .catch((error: unknown): Answer => {
        if (error instanceof ArmError) {
          return { status: error.status, body: { error: error.body }, headers: error.more.headers };
        }
        options.log(
          `${message.method} ${message.url?.split("?")[0]}: ${error instanceof Error ? error.stack : String(error)}`,
        );
        return { status: 500, body: { error: { code: "InternalServerError", message: String(error) } } };
      })
      .then((reply) => {
        if (reply === "over") return;
        options.log(`${message.method} ${message.url?.split("?")[0]} ${reply.status}`);
        response.writeHead(reply.status, {
          "cache-control": "no-cache",
          "x-ms-request-id": randomUUID(),
          "x-ms-correlation-request-id": String(
            message.headers["x-ms-correlation-request-id"] ?? randomUUID(),
          ),
          ...(message.headers["x-ms-client-request-id"] && {
            "x-ms-client-request-id": String(message.headers["x-ms-client-request-id"]),
          }),
          ...(reply.body !== undefined && { "content-type": "application/json; charset=utf-8" }),
          ...reply.headers,
        });
        response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
      })
      .catch((error: unknown) => options.log(`an answer could not be sent: ${String(error)}`));
  };
}

function matcher(pattern: string): (path: string) => Record<string, string> | undefined {
  const wanted = pattern.split("/");
  return (path) => {
    const given = path.split("/");
    if (given.length !== wanted.length) return undefined;
    const params: Record<string, string> = {};
    for (const [index, part] of wanted.entries()) {
      const value = given[index] ?? "";
      if (part.startsWith("{")) {
        if (value === "") return undefined;
        params[part.slice(1, -1)] = value;
      } else if (part.toLowerCase() !== value.toLowerCase()) return undefined;
    }
    return params;
  };
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) {
      throw new ArmError(
        413,
        "RequestContentTooLarge",
        `The request content exceeds the limit of ${BODY_LIMIT} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ArmError(
      400,
      "InvalidRequestContent",
      `The request content was invalid and could not be deserialized: '${(error as Error).message}'.`,
    );
  }
}

function authenticate(message: IncomingMessage, callers: readonly Caller[]): Caller {
  const header = message.headers.authorization;
  const challenge = {
    "www-authenticate":
      'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token"',
  };
  if (!header) {
    throw new ArmError(
      401,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
      {
        headers: challenge,
      },
    );
  }
  const caller = callers.find(({ token }) => header === `Bearer ${token}`);
  if (caller) return caller;
  throw new ArmError(401, "InvalidAuthenticationToken", "The access token is invalid.", {
    headers: challenge,
  });
}

/** `galleries/images` out of `…/providers/Microsoft.Compute/galleries/g/images/i`. */
function typeOf(path: string): string {
  const after = path.split(/\/providers\/[^/]+\//i)[1] ?? path;
  return after
    .split("/")
    .filter((_part, index) => index % 2 === 0)
    .join("/");
}

function unknownRoute(method: string, path: string, otherMethod: boolean, version: string | null): ArmError {
  if (otherMethod) {
    return new ArmError(
      405,
      "HttpMethodNotAllowed",
      `The requested resource does not support http method '${method}'.`,
    );
  }
  const [, namespace] = /\/providers\/([^/]+)/i.exec(path) ?? [];
  if (namespace && !/^Microsoft\.Compute$/i.test(namespace)) {
    return new ArmError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  }
  if (namespace) {
    return new ArmError(
      404,
      "InvalidResourceType",
      `The resource type '${typeOf(path)}' could not be found in the namespace 'Microsoft.Compute' for api version '${version ?? ""}'.`,
    );
  }
  return new ArmError(404, "NotFound", `No route of this cloud is ${method} ${path}.`);
}
