/**
 * Whose credentials are used: the same as by the native provider, which works beside this one in every `up`. Its order is
 * that of `HandleSDKDefaults` (google/fwtransport, transport) and `GetCredentials` (transport/config.go) of
 * hashicorp/terraform-provider-google-beta 7.45, and of its acceptance tests of credentials in the environment (read
 * 2026-11): a token, else a key, else application default credentials; then whom to impersonate with them.
 */
import { existsSync } from "node:fs";
import type { AuthClient } from "google-auth-library";
import { readText } from "../../facts/read-file";
import { transportKind } from "../failure";
import { noToken } from "./failure";

type Env = Readonly<Record<string, string | undefined>>;

/** What the environment names, in the order in which it is looked for. */
export interface NamedCredentials {
  /** The variable, or `application default credentials`. */
  readonly from: string;
  readonly token?: string;
  /** A key in JSON, or the path of one. */
  readonly key?: string;
  /** Service account to act as. */
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

/** Whose credentials these are, where they say so themselves: a bearer token, and `gcloud`'s own of a user, do not. */
export function whoPublishes(env: Env = process.env): string {
  const { impersonate, token, key } = namedCredentials(env);
  return (
    impersonate ??
    (token ? undefined : emailIn(key ?? env.GOOGLE_APPLICATION_CREDENTIALS)) ??
    "the publisher's account"
  );
}

/** `client_email` of a service account's key, or whom a workload identity acts as (google-auth-library 10, baseexternalclient). */
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
    return undefined; // Whoever needs a token says what is wrong with it.
  }
}

let client: { readonly named: string; readonly auth: Promise<AuthClient> } | undefined;

/** A bearer token, from the cache while it is valid. @throws {CloudFailure} `unauthenticated`, or that Google cannot be reached */
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
    // A network that fails passes; whatever else the library says is about credentials, in many words.
    if (transportKind(error) !== undefined) throw error;
    throw noToken(`${named.from}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw noToken(`${named.from}: the library found none`);
}

/** Another token than one that was refused; the same where there is no other. */
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

/** `PathOrContents` of the provider. The key is never said. */
function readKey(value: string): object {
  const text = existsSync(value) ? readText(value, { shown: "its file" }) : value;
  try {
    const key: unknown = JSON.parse(text);
    if (key !== null && typeof key === "object") return key;
  } catch {
    // Said below.
  }
  throw new Error("neither a key in JSON nor the path of one");
}

/** The library looks for a metadata service, and warns on stderr of networks without one. What it means for the call is thrown. */
function withoutWarnings(name: string): void {
  const emit = process.emitWarning.bind(process) as (...words: unknown[]) => void;
  process.emitWarning = (...words: unknown[]) => {
    if (words[1] !== name) emit(...words);
  };
}
