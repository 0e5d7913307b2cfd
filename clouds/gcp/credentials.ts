/**
 * Selection of credentials: the same as that of the native provider, which runs together with this one in every `up`.
 * Its order is that of `HandleSDKDefaults` (google/fwtransport, transport) and `GetCredentials` (transport/config.go)
 * of hashicorp/terraform-provider-google-beta 7.45, and of its acceptance tests of credentials in the environment
 * (read 2026-11): a token, else a key, else application default credentials; then the service account to impersonate.
 */
import { existsSync } from "node:fs";
import type { AuthClient } from "google-auth-library";
import { readText } from "../../facts/read-file";
import { transportFailure } from "../failure";
import { noToken } from "./failure";

type Env = Readonly<Record<string, string | undefined>>;

/** The credentials named by the environment, in order of precedence. */
interface NamedCredentials {
  /** The variable, or `application default credentials`. */
  readonly from: string;
  readonly token?: string;
  /** A key in JSON, or the path of one. */
  readonly key?: string;
  /** Service account to impersonate. */
  readonly impersonate?: string;
}

/** In the provider's order. */
const KEYS = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"] as const;
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

export function namedCredentials(env: Env = process.env): NamedCredentials {
  const { GOOGLE_OAUTH_ACCESS_TOKEN: token, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: impersonate } = env;
  const acting = impersonate ? { impersonate } : {};
  if (token) return { from: "GOOGLE_OAUTH_ACCESS_TOKEN", token, ...acting };
  const from = KEYS.find((name) => env[name]);
  if (from) return { from, key: env[from] ?? "", ...acting };
  return { from: "application default credentials", ...acting };
}

/**
 * The account of these credentials, if they contain it: a bearer token, and `gcloud`'s credentials of a user, do not.
 */
export function whoPublishes(env: Env = process.env): string {
  const { impersonate, token, key } = namedCredentials(env);
  return (
    impersonate ??
    (token ? undefined : emailIn(key ?? env.GOOGLE_APPLICATION_CREDENTIALS)) ??
    "the publisher's account"
  );
}

/**
 * `client_email` of a service account's key, or the account that a workload identity impersonates
 * (google-auth-library 10, baseexternalclient).
 */
function emailIn(key: string | undefined): string | undefined {
  if (!key) return undefined;
  try {
    const { client_email: email, service_account_impersonation_url: url } = readKey(key) as Record<
      string,
      unknown
    >;
    if (typeof email === "string") return email;
    return /\/serviceAccounts\/([^/:]+):/.exec(typeof url === "string" ? url : "")?.[1];
  } catch {
    return undefined; // The failure is reported when a token is requested.
  }
}

let client: { readonly named: string; readonly auth: Promise<AuthClient> } | undefined;

/** A bearer token, cached while it is valid. @throws {CloudFailure} `unauthenticated`, or Google cannot be reached */
export async function accessToken(): Promise<string> {
  const named = namedCredentials();
  if (named.token && !named.impersonate) return named.token;
  const key = JSON.stringify(named);
  if (client?.named !== key) client = { named: key, auth: open(named) };
  try {
    const { token } = await (await client.auth).getAccessToken();
    if (token) return token;
  } catch (error) {
    client = undefined;
    // A network failure is transient; the library's other errors, with their many messages, are about credentials.
    if (transportFailure(error) !== undefined) throw error;
    throw noToken(`${named.from}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw noToken(`${named.from}: the library found none`);
}

/** A new token in place of a refused one; the same if there is no other. */
export async function tokenInstead(refused: string): Promise<string> {
  if ((await accessToken()) !== refused) return accessToken();
  client = undefined;
  return accessToken();
}

async function open(named: NamedCredentials): Promise<AuthClient> {
  const { GoogleAuth, Impersonated, OAuth2Client } = await import("google-auth-library");
  withoutWarnings("MetadataLookupWarning");
  const auth = new GoogleAuth({
    scopes: SCOPE,
    ...(named.key !== undefined && { credentials: readKey(named.key) }),
  });
  let source: AuthClient;
  if (named.token) {
    const holder = new OAuth2Client();
    holder.setCredentials({ access_token: named.token });
    source = holder;
  } else source = await auth.getClient();
  if (named.impersonate === undefined) return source;
  return new Impersonated({
    sourceClient: source,
    targetPrincipal: named.impersonate,
    targetScopes: [SCOPE],
    delegates: [],
    lifetime: 3600,
  });
}

/** `PathOrContents` of the provider. The key is never printed. */
function readKey(value: string): object {
  const text = existsSync(value) ? readText(value, { shown: "its file" }) : value;
  try {
    const key: unknown = JSON.parse(text);
    if (key !== null && typeof key === "object") return key;
  } catch {
    // Reported below.
  }
  throw new Error("neither a key in JSON nor the path of one");
}

/**
 * The library looks for a metadata service, and warns on stderr on networks without one. If the call fails because of
 * that, the error is thrown.
 */
function withoutWarnings(name: string): void {
  const emit = process.emitWarning.bind(process) as (...words: unknown[]) => void;
  process.emitWarning = (...words: unknown[]) => {
    if (words[1] !== name) emit(...words);
  };
}
