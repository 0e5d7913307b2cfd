import { accountOf } from "../../../../../rehearsal/plugins/azure/account";

const PRINCIPAL = {
  ARM_SUBSCRIPTION_ID: "s",
  ARM_TENANT_ID: "t",
  ARM_CLIENT_ID: "c",
  ARM_CLIENT_SECRET: "x",
};
const secret = { tenantId: "t", clientId: "c", clientSecret: "x" };

test.each([
  { config: {}, env: PRINCIPAL, want: { subscriptionId: "s", secret } },
  // The provider's own settings take precedence.
  {
    config: { subscriptionId: "own", clientId: "own" },
    env: PRINCIPAL,
    want: { subscriptionId: "own", secret: { ...secret, clientId: "own" } },
  },
])("who azure-native is: $config", ({ config, env, want }) => {
  expect(accountOf(config, env)).toEqual(want);
});

test.each([
  {
    env: { ...PRINCIPAL, ARM_TENANT_ID: "" },
    says: "A Tenant ID must be configured when authenticating as a Service",
  },
  { env: { ...PRINCIPAL, ARM_SUBSCRIPTION_ID: undefined }, says: "A Subscription ID must be configured" },
  { env: { ARM_USE_MSI: "true" }, says: "ARM_USE_MSI is not rehearsed" },
  { env: { ...PRINCIPAL, ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true" }, says: "is not rehearsed" },
  // It ignores the variables of the SDKs and of the rehearsal's own tools.
  {
    env: {
      AZURE_TOKEN: "t",
      AZURE_SUBSCRIPTION_ID: "s",
      AZURE_CLIENT_ID: "c",
      AZURE_CLIENT_SECRET: "x",
      PATH: "",
    },
    says: "Please run 'az login', or set ARM_CLIENT_ID",
  },
])("is refused when the provider is configured: $says", ({ env, says }) => {
  expect(() => accountOf({}, env)).toThrow(says);
});
