/** Values that no real account has: refused where they would reach the cloud itself. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseStackConfig } from "../../../config/parse";
import { formatPath } from "../../../config/problem";
import { reachedClouds, reservedProblems } from "../../../config/reserved";
import { goodValues, spoiled } from "./stack-values";

/** The stack of other tests names a subscription of documentation. */
const OWN = "8d1c4f52-3b6e-4f0a-9c27-5e1b7a90d3f4";

function found(values: Record<string, unknown>, env: Record<string, string> = {}): string[] {
  const { config, problems } = parseStackConfig(values);
  expect(problems).toBeUndefined();
  return config === undefined ? [] : reservedProblems(config, env).map(({ path }) => formatPath(path));
}

const own = () => spoiled("azure/subscriptionId", OWN);
const inAzure = (gallery: object) => ({
  ...own(),
  azure: { ...(own().azure as object), gallery: { name: "demo", ...gallery } },
});
const COMMUNITY = {
  publicNamePrefix: "mylinux",
  publisherUri: "https://my-linux.org",
  publisherContact: "images@my-linux.org",
  eula: "https://my-linux.org/terms",
};

test("a stack of somebody's own has none", () => {
  expect(found(own())).toEqual([]);
  expect(found(inAzure({ sharing: { community: COMMUNITY } }))).toEqual([]);
});

test.each<[what: string, values: Record<string, unknown>, at: string]>([
  [
    "the rehearsal's account",
    { ...own(), aws: { ...(own().aws as object), accountId: "111111111111" } },
    "imprimatur:aws.accountId",
  ],
  [
    "an account of AWS's documentation",
    { ...own(), aws: { ...(own().aws as object), sharing: { accounts: ["942837465192", "123456789012"] } } },
    "imprimatur:aws.sharing.accounts[1]",
  ],
  [
    "the rehearsal's organisation in one region",
    {
      ...own(),
      aws: {
        homeRegion: "eu-central-1",
        regions: {
          "eu-central-1": {
            sharing: { organizations: ["arn:aws:organizations::111111111111:organization/o-rehearsal01"] },
          },
        },
      },
    },
    "imprimatur:aws.regions.eu-central-1.sharing.organizations[0]",
  ],
  [
    "the rehearsal's project",
    { ...own(), gcp: { project: "rehearsal-publisher", bucket: { name: "my-archives" } } },
    "imprimatur:gcp.project",
  ],
  [
    "a group at example.org",
    {
      ...own(),
      gcp: {
        project: "my-linux",
        bucket: { name: "my-archives" },
        sharing: { principals: ["group:images@example.org"] },
      },
    },
    "imprimatur:gcp.sharing.principals[0]",
  ],
  ["a subscription of documentation", goodValues(), "imprimatur:azure.subscriptionId"],
  [
    "the nil subscription",
    spoiled("azure/subscriptionId", "00000000-0000-0000-0000-000000000000"),
    "imprimatur:azure.subscriptionId",
  ],
  [
    "terms that nobody can read",
    inAzure({ sharing: { community: { ...COMMUNITY, eula: "https://images.example/eula" } } }),
    "imprimatur:azure.gallery.sharing.community.eula",
  ],
  [
    "a contact that nobody reads",
    inAzure({ sharing: { community: { ...COMMUNITY, publisherContact: "images@images.example" } } }),
    "imprimatur:azure.gallery.sharing.community.publisherContact",
  ],
])("%s is named, with its place", (_what, values, at) => {
  expect(found(values)).toEqual([at]);
});

const NOBODYS = {
  ...goodValues(),
  aws: { ...(own().aws as object), accountId: "111111111111" },
  gcp: { project: "rehearsal-publisher", bucket: { name: "my-archives" } },
};

test.each([
  { why: "no endpoint is named", env: {}, want: ["aws", "gcp", "azure"] },
  {
    why: "all three are elsewhere",
    env: {
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: "http://localhost:9/compute/v1/",
      AZURE_RESOURCE_MANAGER_ENDPOINT: "https://127.0.0.1:9",
    },
    want: [],
  },
  {
    why: "one of them is elsewhere",
    env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    want: ["gcp", "azure"],
  },
  {
    why: "endpoints are private or sovereign ones of the clouds",
    env: {
      AWS_ENDPOINT_URL_EC2: "https://vpce-0123.ec2.eu-central-1.vpce.amazonaws.com",
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: "https://compute-mine.p.googleapis.com/compute/v1/",
      AZURE_RESOURCE_MANAGER_ENDPOINT: "https://management.chinacloudapi.cn",
    },
    want: ["aws", "gcp", "azure"],
  },
])("what reaches a cloud is refused, and nothing else: $why", ({ env, want }) => {
  const clouds = found(NOBODYS, env as Record<string, string>).map((path) => /:(\w+)/.exec(path)?.[1]);
  expect(clouds).toEqual(want);
});

test("the demo's stack file cannot reach Google Cloud or Azure", () => {
  const { config } = parse(readFileSync("stacks/Pulumi.demo.yaml", "utf8")) as { config: object };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("imprimatur:", ""), value as unknown]),
  );
  const community = "imprimatur:azure.gallery.sharing.community";
  expect(found(values)).toEqual([
    "imprimatur:gcp.project",
    ...["publisherUri", "publisherContact", "eula"].map((key) => `${community}.${key}`),
  ]);
});

test.each<[string | undefined, boolean]>([
  [undefined, true],
  ["https://keystone.example.org/v3", true],
  ["http://10.0.0.5:5000/v3", true],
  ["http://127.0.0.1:5000/v3", false],
  ["http://[::1]:5000/v3", false],
  ["http://localhost:5000", false],
])("OpenStack at %s is somebody's cloud: %s", (at, is) => {
  const config = { openstack: { regions: {} } } as never;
  expect(reachedClouds(config, { OS_AUTH_URL: at })).toEqual(is ? ["openstack"] : []);
});
