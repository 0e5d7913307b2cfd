import type { NativeProvider } from "../cloud";

export const azureNativeProvider: NativeProvider = {
  package: "azure-native",
  elsewhere: {
    clientCertificatePassword: "ARM_CLIENT_CERTIFICATE_PASSWORD",
    clientCertificatePath: "ARM_CLIENT_CERTIFICATE_PATH",
    clientId: "ARM_CLIENT_ID",
    clientSecret: "ARM_CLIENT_SECRET",
    oidcToken: "ARM_OIDC_TOKEN",
    oidcTokenFilePath: "ARM_OIDC_TOKEN_FILE_PATH",
    subscriptionId: "imprimatur:azure.subscriptionId, or ARM_SUBSCRIPTION_ID",
    tenantId: "ARM_TENANT_ID",
    useDefaultAzureCredential: "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
    useMsi: "ARM_USE_MSI",
    useOidc: "ARM_USE_OIDC",
    location: "imprimatur:azure.location",
  },
  otherwise: "use ARM_… or `az login`",
  same: { location: "location", subscriptionId: "subscriptionId" },
};
