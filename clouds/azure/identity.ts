/**
 * The publisher's identity: the same credentials, tenant and subscription that Pulumi's azure-native provider uses,
 * from the same variables in the same order (github.com/pulumi/pulumi-azure-native,
 * provider/pkg/provider/auth_azidentity.go, `readAuthConfig` and `newSingleMethodAuthCredential`, read 2026-11). It
 * reads ARM_* and `az`, and AZURE_* only with the default chain, so AZURE_CLIENT_ID and similar variables are not
 * read here either. Pure.
 */

/** The first sign-in method that the environment names. */
export type SignIn =
  | { readonly way: "default"; readonly tenantId?: string }
  | (Principal & { readonly way: "certificate"; readonly path: string; readonly password?: string })
  | (Principal & { readonly way: "secret"; readonly secret: string })
  | (Principal & { readonly way: "oidc"; readonly assertion: Assertion })
  | { readonly way: "msi"; readonly clientId?: string }
  | { readonly way: "cli"; readonly tenantId?: string; readonly subscriptionId?: string };

interface Principal {
  readonly tenantId: string;
  readonly clientId: string;
}

/** Source of the OpenID provider's token that Entra accepts in place of a client secret. */
export type Assertion =
  | { readonly token: string }
  | { readonly file: string }
  | { readonly url: string; readonly bearer: string; readonly audience: string };

export interface Identity {
  readonly signIn: SignIn;
  /** Absent: the subscription of `az`. */
  readonly subscriptionId?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value that the sign-in method needs is missing; azure-native reports it too. Each with its variable. */
export class IncompleteIdentity extends Error {
  override name = "IncompleteIdentity";
}

const AUDIENCE = "api://AzureADTokenExchange";

/** @throws {IncompleteIdentity} a sign-in method is named, but incomplete */
export function identityOf(env: Environment): Identity {
  const subscriptionId = env.ARM_SUBSCRIPTION_ID || undefined;
  return { signIn: signInOf(env), ...(subscriptionId !== undefined && { subscriptionId }) };
}

function signInOf(env: Environment): SignIn {
  const tenantId = env.ARM_TENANT_ID || undefined;
  const clientId = env.ARM_CLIENT_ID || undefined;
  const subscriptionId = env.ARM_SUBSCRIPTION_ID || undefined;
  if (env.ARM_USE_DEFAULT_AZURE_CREDENTIAL === "true")
    return { way: "default", ...(tenantId !== undefined && { tenantId }) };
  const principal = (needed: string): Principal => {
    if (tenantId !== undefined && clientId !== undefined) return { tenantId, clientId };
    const missing = [
      ...(tenantId === undefined ? ["ARM_TENANT_ID"] : []),
      ...(clientId === undefined ? ["ARM_CLIENT_ID"] : []),
    ];
    throw new IncompleteIdentity(
      `${needed} is set without ${missing.join(" and ")}; set all of them, or none`,
    );
  };
  if (env.ARM_CLIENT_CERTIFICATE_PATH) {
    const password = env.ARM_CLIENT_CERTIFICATE_PASSWORD || undefined;
    return {
      way: "certificate",
      ...principal("ARM_CLIENT_CERTIFICATE_PATH"),
      path: env.ARM_CLIENT_CERTIFICATE_PATH,
      ...(password !== undefined && { password }),
    };
  }
  if (env.ARM_CLIENT_SECRET)
    return { way: "secret", ...principal("ARM_CLIENT_SECRET"), secret: env.ARM_CLIENT_SECRET };
  if (env.ARM_USE_OIDC === "true")
    return { way: "oidc", ...principal("ARM_USE_OIDC"), assertion: assertionOf(env) };
  if (env.ARM_USE_MSI === "true") return { way: "msi", ...(clientId !== undefined && { clientId }) };
  return {
    way: "cli",
    ...(tenantId !== undefined && { tenantId }),
    ...(subscriptionId !== undefined && { subscriptionId }),
  };
}

function assertionOf(env: Environment): Assertion {
  if (env.ARM_OIDC_TOKEN) return { token: env.ARM_OIDC_TOKEN };
  if (env.ARM_OIDC_TOKEN_FILE_PATH) return { file: env.ARM_OIDC_TOKEN_FILE_PATH };
  const [url, bearer] = [env.ACTIONS_ID_TOKEN_REQUEST_URL, env.ACTIONS_ID_TOKEN_REQUEST_TOKEN];
  if (url && bearer) return { url, bearer, audience: env.ARM_OIDC_AUDIENCE || AUDIENCE };
  throw new IncompleteIdentity(
    "ARM_USE_OIDC is set without a token; set ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH, or let the workflow ask for one (permissions: id-token: write)",
  );
}

/** For messages: `the service principal 1234… (ARM_CLIENT_ID)`. */
export function describeSignIn(signIn: SignIn): string {
  switch (signIn.way) {
    case "default":
      return "the Azure SDK's default chain (ARM_USE_DEFAULT_AZURE_CREDENTIAL)";
    case "certificate":
    case "secret":
    case "oidc":
      return `the service principal ${signIn.clientId} (ARM_CLIENT_ID)`;
    case "msi":
      return "the machine's managed identity (ARM_USE_MSI)";
    case "cli":
      return "the account of `az login`";
  }
}

const OTHERS = [
  ["AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"],
  ["AZURE_TENANT_ID", "ARM_TENANT_ID"],
  ["AZURE_CLIENT_ID", "ARM_CLIENT_ID"],
] as const;

/**
 * Variables of the Azure SDKs that name an identity other than the publisher's. They are not read here, although the
 * user who set them expects it.
 *
 * @param resolved the identity that the publication uses, if known
 */
export function identityConflicts(
  env: Environment,
  { signIn }: Identity,
  resolved: { readonly subscriptionId?: string; readonly tenantId?: string },
): string[] {
  if (signIn.way === "default") return [];
  const used: Record<(typeof OTHERS)[number][0], string | undefined> = {
    AZURE_SUBSCRIPTION_ID: resolved.subscriptionId,
    AZURE_TENANT_ID: resolved.tenantId,
    AZURE_CLIENT_ID: "clientId" in signIn ? signIn.clientId : undefined,
  };
  return OTHERS.flatMap(([theirs, ours]) => {
    const [given, uses] = [env[theirs], used[theirs]];
    if (!given || given.toLowerCase() === uses?.toLowerCase()) return [];
    if (uses === undefined && theirs !== "AZURE_CLIENT_ID") return [];
    const instead = uses === undefined ? describeSignIn(signIn) : uses;
    return [
      `${theirs} names ${given}, and both Pulumi's provider and this one publish as ${instead}; set ${ours} to what is meant, and ${theirs} to the same or to nothing`,
    ];
  });
}
