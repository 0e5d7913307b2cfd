import { unreadSettings } from "../../../stacks/provider-settings";

test.each([
  { key: "gcp:project", cure: "use imprimatur:gcp.project", cloud: "Google Cloud" },
  { key: "gcp:credentials", cure: "use GOOGLE_CREDENTIALS", cloud: "Google Cloud" },
  {
    key: "gcp:impersonateServiceAccount",
    cure: "use GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
    cloud: "Google Cloud",
  },
  { key: "gcp:region", cure: "nothing here is made by it", cloud: "Google Cloud" },
  { key: "azure-native:clientSecret", cure: "use ARM_CLIENT_SECRET", cloud: "Azure" },
  { key: "azure-native:location", cure: "use imprimatur:azure.location", cloud: "Azure" },
  { key: "azure-native:auxiliaryTenantIds", cure: "use ARM_… or `az login`", cloud: "Azure" },
  { key: "aws:profile", cure: "use AWS_PROFILE" },
  { key: "aws:region", cure: "use imprimatur:aws.homeRegion" },
  { key: "aws:allowedAccountIds", cure: "use imprimatur:aws.accountId" },
  { key: "aws:assumeRoles", cure: "use a profile (AWS_PROFILE)" },
])("$key is refused with its cure and without its value", ({ key, cure, cloud = "AWS" }) => {
  expect(unreadSettings({ [key]: "s3cret", "imprimatur:aws": "{}" }, "stacks/Pulumi.demo.yaml")).toEqual([
    `stacks/Pulumi.demo.yaml: ${key}: neither Pulumi's ${cloud} provider nor this project's reads it here; ${cure}, and take it out.`,
  ]);
});

test("a place that is said twice is no mistake", () => {
  const aws = JSON.stringify({ homeRegion: "eu-central-1" });
  expect(unreadSettings({ "aws:region": "eu-central-1", "imprimatur:aws": aws }, "x")).toEqual([]);
  expect(unreadSettings({ "aws:region": "us-east-1", "imprimatur:aws": aws }, "x")).toHaveLength(1);
  const gcp = JSON.stringify({ project: "images" });
  expect(unreadSettings({ "gcp:project": "images", "imprimatur:gcp": gcp }, "x")).toEqual([]);
  const azure = JSON.stringify({ location: "westeurope" });
  expect(unreadSettings({ "azure-native:location": "westeurope", "imprimatur:azure": azure }, "x")).toEqual(
    [],
  );
});

test("the project's own settings are no provider's", () => {
  expect(unreadSettings({ "imprimatur:aws": "{}", "imprimatur:releases": "[]" }, "x")).toEqual([]);
});
