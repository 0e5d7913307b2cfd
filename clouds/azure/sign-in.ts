/**
 * Access tokens for an identity: from Entra itself for a service principal, from Azure's own library for all other
 * methods.
 */
import type { TokenCredential } from "@azure/core-auth";
import { readText } from "../../facts/read-file";
import { CloudFailure } from "../failure";
import type { Assertion, SignIn } from "./identity";

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** From then on a new token should be requested, while this one is still valid. */
  readonly refreshAfter?: number;
}

const SIGN_IN_TIMEOUT = 60_000;

/** @param scope `https://management.azure.com/.default` */
export async function signIn(as: SignIn, scope: string): Promise<AccessToken> {
  if (as.way === "secret")
    return askEntra(as.tenantId, { client_id: as.clientId, client_secret: as.secret }, scope);
  if (as.way === "oidc") {
    return askEntra(
      as.tenantId,
      {
        client_id: as.clientId,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await assertionFrom(as.assertion),
      },
      scope,
    );
  }
  const given = await (await credentialFor(as)).getToken(scope);
  if (!given) throw new CloudFailure("unauthenticated", "Azure gave no access token", { cure: CURE });
  return {
    token: given.token,
    expires: given.expiresOnTimestamp,
    ...(given.refreshAfterTimestamp !== undefined && { refreshAfter: given.refreshAfterTimestamp }),
  };
}

const CURE = "run `az login`, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID";

async function credentialFor(as: SignIn): Promise<TokenCredential> {
  const library = await import("@azure/identity");
  switch (as.way) {
    case "certificate":
      return new library.ClientCertificateCredential(as.tenantId, as.clientId, {
        certificatePath: as.path,
        ...(as.password !== undefined && { certificatePassword: as.password }),
      });
    case "msi":
      return as.clientId === undefined
        ? new library.ManagedIdentityCredential()
        : new library.ManagedIdentityCredential({ clientId: as.clientId });
    case "cli":
      return new library.AzureCliCredential({
        ...(as.tenantId !== undefined && { tenantId: as.tenantId }),
        ...(as.subscriptionId !== undefined && { subscription: as.subscriptionId }),
      });
    default:
      return new library.DefaultAzureCredential(
        "tenantId" in as && as.tenantId !== undefined ? { tenantId: as.tenantId } : {},
      );
  }
}

/** Client credentials grant: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (2026-11). */
async function askEntra(tenant: string, proof: Record<string, string>, scope: string): Promise<AccessToken> {
  const authority = (process.env.AZURE_AUTHORITY_HOST || "https://login.microsoftonline.com").replace(
    /\/+$/,
    "",
  );
  const asked = Date.now();
  const response = await fetch(`${authority}/${tenant}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "client_credentials", scope, ...proof }),
    signal: AbortSignal.timeout(SIGN_IN_TIMEOUT),
  });
  const answer = (await response.json().catch(() => ({}))) as {
    access_token?: string;
    expires_in?: number;
    refresh_in?: number;
    error?: string;
    error_description?: string;
  };
  if (!response.ok || !answer.access_token) throw refused(response.status, answer);
  return {
    token: answer.access_token,
    expires: asked + (answer.expires_in ?? 3600) * 1000,
    ...(answer.refresh_in !== undefined && { refreshAfter: asked + answer.refresh_in * 1000 }),
  };
}

function refused(
  status: number,
  { error = `HTTP ${status}`, error_description: text = "" }: { error?: string; error_description?: string },
): CloudFailure {
  const kind = status === 429 ? "throttled" : status >= 500 ? "server" : "unauthenticated";
  // Its first line is a sentence with a code; ids of the request and the time follow.
  const [sentence = ""] = text.split(/\r?\n/);
  const cure = "check ARM_TENANT_ID, ARM_CLIENT_ID and the secret or token of the service principal";
  return new CloudFailure(
    kind,
    `sign in to Azure: ${[error, sentence].filter(Boolean).join(": ").slice(0, 500)}`,
    {
      code: error,
      ...(kind === "unauthenticated" && { cure }),
    },
  );
}

async function assertionFrom(assertion: Assertion): Promise<string> {
  if ("token" in assertion) return assertion.token;
  // Read each time: the file's owner renews it.
  if ("file" in assertion) return readText(assertion.file).trim();
  const url = new URL(assertion.url);
  url.searchParams.set("audience", assertion.audience);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${assertion.bearer}` },
    signal: AbortSignal.timeout(SIGN_IN_TIMEOUT),
  });
  const { value } = (await response.json().catch(() => ({}))) as { value?: string };
  if (response.ok && value) return value;
  throw new CloudFailure("unauthenticated", `the workflow's OpenID token: HTTP ${response.status}`, {
    cure: "give the job `permissions: id-token: write`",
  });
}
