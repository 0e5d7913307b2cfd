import type { CloudPipeline } from "../init/ci/pipeline";

/** Both providers ask Entra themselves, with the job's token (`clouds/azure/identity.ts`). */
export const azurePipeline: CloudPipeline = {
  cloud: "azure",
  github: {
    variables: {
      ARM_CLIENT_ID: "application with a federated credential for this repository",
      ARM_TENANT_ID: "its tenant",
      ARM_SUBSCRIPTION_ID: "subscription of the gallery",
    },
    env: `  ARM_USE_OIDC: "true"
  ARM_CLIENT_ID: \${{ vars.ARM_CLIENT_ID }}
  ARM_TENANT_ID: \${{ vars.ARM_TENANT_ID }}
  ARM_SUBSCRIPTION_ID: \${{ vars.ARM_SUBSCRIPTION_ID }}`,
    step: "",
  },
  gitlab: {
    variables: {
      ARM_CLIENT_ID: "application with a federated credential for this GitLab",
      ARM_TENANT_ID: "its tenant",
      ARM_SUBSCRIPTION_ID: "subscription of the gallery",
    },
    token: ["AZURE_TOKEN", "api://AzureADTokenExchange"],
    commands: [
      `export ARM_USE_OIDC=true ARM_OIDC_TOKEN_FILE_PATH="$PWD/.azure-token"
(umask 077 && printf '%s' "$AZURE_TOKEN" > "$ARM_OIDC_TOKEN_FILE_PATH")`,
    ],
  },
};
