import { identityConflicts, identityOf } from "../../../../clouds/azure/identity";

const PRINCIPAL = { ARM_TENANT_ID: "t", ARM_CLIENT_ID: "c", ARM_SUBSCRIPTION_ID: "s" };
const principal = { tenantId: "t", clientId: "c" };

describe("who publishes is who azure-native takes, in its order", () => {
  test.each([
    { env: {}, want: { way: "cli" } },
    { env: PRINCIPAL, want: { way: "cli", tenantId: "t", subscriptionId: "s" } },
    { env: { ...PRINCIPAL, ARM_USE_MSI: "true" }, want: { way: "msi", clientId: "c" } },
    {
      env: { ...PRINCIPAL, ARM_USE_MSI: "true", ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "o" },
      want: { way: "oidc", ...principal, assertion: { token: "o" } },
    },
    {
      env: { ...PRINCIPAL, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN_FILE_PATH: "/o" },
      want: { way: "oidc", ...principal, assertion: { file: "/o" } },
    },
    {
      env: {
        ...{ ...PRINCIPAL, ARM_USE_OIDC: "true" },
        ...{ ACTIONS_ID_TOKEN_REQUEST_URL: "https://u", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "b" },
      },
      want: {
        way: "oidc",
        ...principal,
        assertion: { url: "https://u", bearer: "b", audience: "api://AzureADTokenExchange" },
      },
    },
    {
      env: { ...PRINCIPAL, ARM_CLIENT_SECRET: "x", ARM_USE_OIDC: "true" },
      want: { way: "secret", ...principal, secret: "x" },
    },
    {
      env: { ...PRINCIPAL, ARM_CLIENT_CERTIFICATE_PATH: "/pem", ARM_CLIENT_SECRET: "x" },
      want: { way: "certificate", ...principal, path: "/pem" },
    },
    {
      env: { ...PRINCIPAL, ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true", ARM_CLIENT_SECRET: "x" },
      want: { way: "default", tenantId: "t" },
    },
    // azure-native ignores the variables of Azure's own libraries.
    { env: { AZURE_CLIENT_ID: "a", AZURE_CLIENT_SECRET: "a", AZURE_TOKEN: "a" }, want: { way: "cli" } },
  ])("$env", ({ env, want }) => expect(identityOf(env).signIn).toEqual(want));
});

test.each([
  {
    env: { ARM_CLIENT_SECRET: "x" },
    says: "ARM_CLIENT_SECRET is set without ARM_TENANT_ID and ARM_CLIENT_ID",
  },
  { env: { ...PRINCIPAL, ARM_CLIENT_ID: "", ARM_CLIENT_SECRET: "x" }, says: "without ARM_CLIENT_ID;" },
  {
    env: { ...PRINCIPAL, ARM_USE_OIDC: "true" },
    says: "ARM_USE_OIDC is set without a token; set ARM_OIDC_TOKEN",
  },
])("a way to sign in that is named in part is refused: $says", ({ env, says }) => {
  expect(() => identityOf(env)).toThrow(says);
});

describe("variables that name somebody else are refused, with both names", () => {
  const resolved = { subscriptionId: "S", tenantId: "t" };
  test.each([
    { env: {}, want: [] },
    { env: { AZURE_SUBSCRIPTION_ID: "s", AZURE_TENANT_ID: "T" }, want: [] },
    {
      env: { AZURE_SUBSCRIPTION_ID: "other" },
      want: [
        "AZURE_SUBSCRIPTION_ID names other, and both Pulumi's provider and this one publish as S; set ARM_SUBSCRIPTION_ID",
      ],
    },
    {
      env: { AZURE_CLIENT_ID: "a" },
      want: [
        "AZURE_CLIENT_ID names a, and both Pulumi's provider and this one publish as the account of `az login`; set ARM_CLIENT_ID",
      ],
    },
    {
      env: { ...PRINCIPAL, ARM_CLIENT_SECRET: "x", AZURE_CLIENT_ID: "a" },
      want: [
        "AZURE_CLIENT_ID names a, and both Pulumi's provider and this one publish as c; set ARM_CLIENT_ID",
      ],
    },
    { env: { ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true", AZURE_CLIENT_ID: "a" }, want: [] },
  ])("$env", ({ env, want }) => {
    const conflicts = identityConflicts(env, identityOf(env), resolved);
    expect(conflicts).toEqual(want.map((text) => expect.stringContaining(text) as string));
  });
});
