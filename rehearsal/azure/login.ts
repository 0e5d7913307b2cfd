import type { RequestListener } from "node:http";
import { KIB } from "../../facts/units";
import type { Caller } from "./identity";
import { vaultToken } from "./vault/tokens";

/**
 * Microsoft Entra as far as a service principal's sign-in needs it: the token endpoint, and MSAL's discovery
 * requests. learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (read 2026-11).
 */
const TOKEN = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;
const DISCOVERY = /^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/;
const BODY_LIMIT = 64 * KIB;

/** Approximate lifetime of Entra's tokens in seconds. */
const LIFETIME = 3599;

export function isLogin(url: string): boolean {
  const [path = ""] = url.split("?");
  return TOKEN.test(path) || DISCOVERY.test(path);
}

export function loginHandler(callers: readonly Caller[], log: (line: string) => void): RequestListener {
  return (message, response) => {
    const url = new URL(message.url ?? "/", `https://${message.headers.host ?? "127.0.0.1"}`);
    const reply = (status: number, body: object) => {
      log(`${message.method} ${url.pathname} ${status}`);
      response.writeHead(status, {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
      });
      response.end(JSON.stringify(body));
    };
    const [, tenant = ""] = DISCOVERY.exec(url.pathname) ?? [];
    if (tenant) return reply(200, discovery(url.origin, tenant));
    const chunks: Buffer[] = [];
    let length = 0;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_LIMIT) chunks.push(chunk);
    });
    message.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      const { status, body } = signIn(callers, TOKEN.exec(url.pathname)?.[1] ?? "", form);
      reply(status, body);
    });
  };
}

function discovery(origin: string, tenant: string): object {
  return {
    issuer: `${origin}/${tenant}/v2.0`,
    token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
    authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/devicecode`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  };
}

/** @returns the response, with Entra's errors */
function signIn(
  callers: readonly Caller[],
  tenant: string,
  form: URLSearchParams,
): { status: number; body: object } {
  const refuse = (status: number, error: string, code: number, text: string) => ({
    status,
    body: { error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] },
  });
  if (form.get("grant_type") !== "client_credentials") {
    return refuse(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
  }
  const client = form.get("client_id") ?? "";
  const inTenant = callers.filter((caller) => caller.tenant === tenant);
  if (inTenant.length === 0) return refuse(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
  const caller = inTenant.find(({ clientId }) => clientId === client);
  if (!caller) {
    return refuse(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${client}' was not found in the directory '${tenant}'.`,
    );
  }
  if (form.get("client_secret") !== caller.clientSecret) {
    return refuse(401, "invalid_client", 7000215, "Invalid client secret provided.");
  }
  const scope = form.get("scope") ?? "";
  const token = /^https:\/\/vault\.azure\.net\/\.default$/.test(scope)
    ? vaultToken(caller)
    : /^https:\/\/management\.(core\.windows\.net|azure\.com)\/+\.default$|^https:\/\/127\.0\.0\.1:\d+\/+\.default$/.test(
          scope,
        )
      ? caller.token
      : undefined;
  if (token === undefined) {
    return refuse(
      400,
      "invalid_scope",
      70011,
      `The provided value for the input parameter 'scope' is not valid.`,
    );
  }
  return {
    status: 200,
    body: { token_type: "Bearer", expires_in: LIFETIME, ext_expires_in: LIFETIME, access_token: token },
  };
}
