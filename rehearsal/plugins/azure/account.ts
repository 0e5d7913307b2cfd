import { execFileSync } from "node:child_process";
import type { Properties } from "../../../plugin/resource";
import { firstText } from "../http";

/*
 * Credentials of the real provider: github.com/pulumi/pulumi-azure-native, provider/pkg/provider/auth_azidentity.go
 * (`readAuthConfig`, `newSingleMethodAuthCredential`) and provider.go (`getConfig`: the provider's own setting, else
 * the variable), read 2026-11. It reads ARM_* and `az`: no AZURE_CLIENT_ID, AZURE_SUBSCRIPTION_ID or AZURE_TOKEN.
 */

export interface Account {
  readonly subscriptionId: string;
  readonly secret?: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
  /** From `az`, unless it is a service principal. */
  readonly tenantId?: string;
}

export interface Places {
  readonly resourceManager: string;
  readonly login: string;
}

const PUBLIC: Places = {
  resourceManager: "https://management.azure.com",
  login: "https://login.microsoftonline.com",
};

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws in the real provider's words */
export function accountOf(config: Properties, env: Environment): Account {
  const get = (setting: string, variable: string) => firstText(config[setting], env[variable]);
  const subscriptionId = get("subscriptionId", "ARM_SUBSCRIPTION_ID");
  const tenantId = get("tenantId", "ARM_TENANT_ID");
  const unrehearsed = (
    [
      ["useDefaultAzureCredential", "ARM_USE_DEFAULT_AZURE_CREDENTIAL"],
      ["clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH"],
    ] as const
  ).find(([setting, variable]) => isSet(get(setting, variable)));
  if (unrehearsed) throw notRehearsed(unrehearsed[1]);

  const clientSecret = get("clientSecret", "ARM_CLIENT_SECRET");
  if (clientSecret !== undefined) {
    const need = (value: string | undefined, what: string) => {
      if (value !== undefined) return value;
      throw new Error(
        `A ${what} must be configured when authenticating as a Service Principal using a Client Secret.`,
      );
    };
    return {
      subscriptionId: need(subscriptionId, "Subscription ID"),
      secret: {
        tenantId: need(tenantId, "Tenant ID"),
        clientId: need(get("clientId", "ARM_CLIENT_ID"), "Client ID"),
        clientSecret,
      },
    };
  }
  for (const [setting, variable] of [
    ["useOidc", "ARM_USE_OIDC"],
    ["useMsi", "ARM_USE_MSI"],
  ] as const) {
    if (get(setting, variable) === "true") throw notRehearsed(variable);
  }
  // The real provider reads the account from `az` when it is configured, in a preview too: a local file, not a
  // request.
  const shown = az(
    ["account", "show", ...(subscriptionId === undefined ? [] : ["--subscription", subscriptionId])],
    env,
  );
  return { subscriptionId: String(shown.id), ...(tenantId !== undefined && { tenantId }) };
}

/** An access token for Resource Manager. */
export async function signIn({ secret, tenantId, subscriptionId }: Account, login: string): Promise<string> {
  if (secret === undefined) {
    const tenant = tenantId === undefined ? [] : ["--tenant", tenantId];
    const given = az(
      ["account", "get-access-token", "--subscription", subscriptionId, ...tenant],
      process.env,
    );
    return String(given.accessToken);
  }
  const answer = await fetch(`${login.replace(/\/+$/, "")}/${secret.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: secret.clientId,
      client_secret: secret.clientSecret,
      scope: `${PUBLIC.resourceManager}/.default`,
    }),
  });
  const { access_token: token, error_description: refused } = (await answer.json()) as Record<
    string,
    unknown
  >;
  if (typeof token === "string") return token;
  throw new Error(`ClientSecretCredential authentication failed. ${answer.status}: ${String(refused)}`);
}

/** A custom cloud's metadata: endpoints of Resource Manager and of sign-in. */
export async function discover(config: Properties): Promise<Places> {
  const host = firstText(config.metadataHost, process.env["ARM_METADATA_HOSTNAME"]);
  if (!host) return PUBLIC;
  const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`cannot read the cloud's endpoints: ${url} answered ${answer.status}`);
  const found = (await answer.json()) as Cloud | Cloud[];
  const [cloud] = Array.isArray(found) ? found : [found];
  return {
    resourceManager: cloud?.resourceManager ?? PUBLIC.resourceManager,
    login: cloud?.authentication?.loginEndpoint ?? PUBLIC.login,
  };
}

interface Cloud {
  resourceManager?: string;
  authentication?: { loginEndpoint?: string };
}

function az(args: readonly string[], env: Environment): Record<string, unknown> {
  try {
    const said = execFileSync("az", [...args, "--output", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env },
    });
    return JSON.parse(said) as Record<string, unknown>;
  } catch (error) {
    throw new Error(
      `Azure CLI authorization failed: ${(error as Error).message.split("\n")[0]}. Please run 'az login', or set ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID`,
      { cause: error },
    );
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "false";
}

function notRehearsed(variable: string): Error {
  return new Error(
    `signing in by way of ${variable} is not rehearsed; leave it out, or use the real provider`,
  );
}
