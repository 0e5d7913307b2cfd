/** Purpose of a native provider's setting, and where to set it instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "aws:accessKey": "AWS_ACCESS_KEY_ID",
  "aws:secretKey": "AWS_SECRET_ACCESS_KEY",
  "aws:token": "AWS_SESSION_TOKEN",
  "aws:profile": "AWS_PROFILE",
  "aws:allowedAccountIds": "imprimatur:aws.accountId",
  "aws:region": "imprimatur:aws.homeRegion",
  "gcp:project": "imprimatur:gcp.project",
  "gcp:credentials": "GOOGLE_CREDENTIALS",
  "gcp:accessToken": "GOOGLE_OAUTH_ACCESS_TOKEN",
  "gcp:impersonateServiceAccount": "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
  "azure-native:clientCertificatePassword": "ARM_CLIENT_CERTIFICATE_PASSWORD",
  "azure-native:clientCertificatePath": "ARM_CLIENT_CERTIFICATE_PATH",
  "azure-native:clientId": "ARM_CLIENT_ID",
  "azure-native:clientSecret": "ARM_CLIENT_SECRET",
  "azure-native:oidcToken": "ARM_OIDC_TOKEN",
  "azure-native:oidcTokenFilePath": "ARM_OIDC_TOKEN_FILE_PATH",
  "azure-native:subscriptionId": "imprimatur:azure.subscriptionId, or ARM_SUBSCRIPTION_ID",
  "azure-native:tenantId": "ARM_TENANT_ID",
  "azure-native:useDefaultAzureCredential": "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
  "azure-native:useMsi": "ARM_USE_MSI",
  "azure-native:useOidc": "ARM_USE_OIDC",
  "azure-native:location": "imprimatur:azure.location",
};

const PROVIDERS = [
  { prefix: "aws:", called: "AWS", otherwise: "use a profile (AWS_PROFILE)" },
  { prefix: "gcp:", called: "Google Cloud", otherwise: "nothing here is made by it" },
  { prefix: "azure-native:", called: "Azure", otherwise: "use ARM_… or `az login`" },
];

/**
 * Settings of Pulumi's own providers in the stack config. The program creates these providers itself, so nothing
 * reads the settings: their author believes to publish with an identity, or to a place, that is not used. Values may
 * be secret and are not printed; a secret passed to a provider would also be in the state.
 *
 * @param all `pulumi.runtime.allConfig()`
 * @param file the stack file, as the user knows it
 */
export function unreadSettings(all: Readonly<Record<string, string>>, file: string): string[] {
  return Object.keys(all).flatMap((key) => {
    const provider = PROVIDERS.find(({ prefix }) => key.startsWith(prefix));
    // A setting that repeats the project's own is harmless.
    if (provider === undefined || isSaid(all, key)) return [];
    const instead = ELSEWHERE[key];
    const cure = instead === undefined ? provider.otherwise : `use ${instead}`;
    return [
      `${file}: ${key}: neither Pulumi's ${provider.called} provider nor this project's reads it here; ${cure}, and take it out.`,
    ];
  });
}

const SAME: Readonly<Record<string, readonly [section: string, member: string]>> = {
  "aws:region": ["imprimatur:aws", "homeRegion"],
  "gcp:project": ["imprimatur:gcp", "project"],
  "azure-native:location": ["imprimatur:azure", "location"],
  "azure-native:subscriptionId": ["imprimatur:azure", "subscriptionId"],
};

/** True if the project's own settings have the same value. Their schema reports problems in those. */
function isSaid(all: Readonly<Record<string, string>>, key: string): boolean {
  const [section = "", member = ""] = SAME[key] ?? [];
  try {
    return (JSON.parse(all[section] ?? "{}") as Record<string, unknown>)[member] === all[key];
  } catch {
    return false;
  }
}
