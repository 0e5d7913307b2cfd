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
])("is refused when the provider is configured: $says", ({ env, says }) => {
  expect(() => accountOf({}, env)).toThrow(says);
});
