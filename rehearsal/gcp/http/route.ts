import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { z } from "zod";
import { notRehearsed } from "../errors";
import type { Identity } from "../identities";

/** A request after routing, authentication and validation. */
export interface Incoming<Body = undefined> {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Absent: unauthenticated (only on routes that allow it). */
  readonly caller: Identity | undefined;
  /** `http://127.0.0.1:port`, as used by the client: prefix of links in responses, where the real API has its own. */
  readonly origin: string;
  readonly body: Body;
  /** The bytes, for a route with a raw body. */
  readonly stream: Readable;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: object;
  /** Bytes instead of JSON. */
  stream?: Readable;
}

/** One method of the API. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** `/storage/v1/b/{bucket}/o/{object}`; a final `{name...}` matches the rest of the path, including slashes. */
  readonly path: string;
  /** Query parameters besides the standard ones; others are refused. */
  readonly query?: readonly string[];
  /** Parameters are not validated: the method is refused anyway. */
  readonly anyQuery?: true;
  /** Absent and not `raw`: the method has no body. */
  readonly body?: z.ZodType;
  /** The handler reads the body itself. */
  readonly raw?: true;
  /** Available without authentication; the handler decides about access. */
  readonly anonymous?: true;
  handle(incoming: Incoming<unknown>): Answer | Promise<Answer>;
}

/** A route without a body. */
export function route(
  definition: Omit<Route, "body" | "handle"> & { handle(incoming: Incoming): Answer | Promise<Answer> },
): Route {
  return definition;
}

/** A route whose body is validated against a schema. */
export function routeWithBody<T>(
  definition: Omit<Route, "body" | "raw" | "handle"> & {
    body: z.ZodType<T>;
    handle(incoming: Incoming<T>): Answer | Promise<Answer>;
  },
): Route {
  return definition;
}

/** A method of the real API that always returns a 501 with its name. */
export function unrehearsed(method: Route["method"], path: string, name: string): Route {
  return {
    ...{ method, path, anyQuery: true, raw: true },
    handle() {
      throw notRehearsed(name);
    },
  };
}

/** Finds a request's route, and the variables in its path. */
export class Router {
  private readonly compiled: { route: Route; pattern: RegExp; names: string[] }[];

  constructor(routes: readonly Route[]) {
    this.compiled = routes.map((definition) => {
      const names: string[] = [];
      const pattern = definition.path.replace(
        /\{(\w+)(\.\.\.)?\}/g,
        (_whole, name: string, rest?: string) => {
          names.push(name);
          return rest ? "(.+)" : "([^/]+)";
        },
      );
      return { route: definition, pattern: new RegExp(`^${pattern}$`), names };
    });
  }

  /** `pathname` is still percent-encoded: an object's name may contain an encoded slash. */
  find(method: string, pathname: string): { route: Route; params: Record<string, string> } | undefined {
    for (const { route: candidate, pattern, names } of this.compiled) {
      if (candidate.method !== method) continue;
      const match = pattern.exec(pathname);
      if (!match) continue;
      const params: Record<string, string> = {};
      try {
        names.forEach((name, index) => (params[name] = decodeURIComponent(match[index + 1] ?? "")));
      } catch {
        return undefined;
      }
      return { route: candidate, params };
    }
    return undefined;
  }
}
