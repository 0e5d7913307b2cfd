import { ledgerOf } from "../../../components/lifecycle";
import { planStack } from "../../../components/plan";
import { forbiddenTransitions } from "../../../config/transitions";
import { changesBetween } from "../../../config/lifecycle";
import { build, stackOf } from "./builds";

const REGIONS = { "eu-central-1": {}, "us-east-1": {} };
const CLOUDS = {
  aws: { homeRegion: "eu-central-1", regions: REGIONS, image: {}, sharing: { public: true } },
  gcp: { project: "demo-project", bucket: { name: "demo-bucket" }, image: {}, sharing: { public: true } },
  azure: {
    resourceGroup: { name: "demo" },
    location: "westeurope",
    gallery: { name: "demo" },
    regions: { westeurope: {}, eastus: {} },
    definition: {},
  },
};
type Change = [cloud: keyof typeof CLOUDS, change: Record<string, unknown>];

/** Refusals of a change to the AWS section for a release that users have, published with the unchanged section. */
function refusedOnAws(change: Record<string, unknown>): string[] {
  const release = { state: "published" as const, protect: false };
  const builds = [build(release, ["x86_64", "arm64"])];
  const ledger = (clouds: Record<string, unknown>) =>
    ledgerOf(planStack(stackOf(clouds, builds), { stack: "test", builds }));
  const now = ledger({ ...CLOUDS, aws: { ...CLOUDS.aws, ...change } });
  return forbiddenTransitions(ledger(CLOUDS), now).map(({ message }) => message);
}

test.each<{ what: string; change: Record<string, unknown>; says?: RegExp }>([
  {
    what: "to where a copy is, and both stay",
    change: { homeRegion: "us-east-1" },
    says: /^20261120\.0 cannot move its home from eu-central-1 to us-east-1 while images of the same name are in us-east-1 and eu-central-1: .* change aws\.image\.nameTemplate together with homeRegion, or leave us-east-1 out of aws\.regions for one `up` before, and leave eu-central-1 out/,
  },
  {
    what: "to where a copy is, and the old home goes",
    change: { homeRegion: "us-east-1", regions: { "us-east-1": {} } },
    says: /in us-east-1: .*or leave us-east-1 out of aws\.regions for one `up` before$/,
  },
  {
    what: "to where nothing is, and the old home stays",
    change: { homeRegion: "eu-north-1", regions: { ...REGIONS, "eu-north-1": {} } },
    says: /in eu-central-1: .*or leave eu-central-1 out of aws\.regions in the same `up`$/,
  },
  {
    what: "to where nothing is, and the old home goes",
    change: { homeRegion: "eu-north-1", regions: { "eu-north-1": {}, "us-east-1": {} } },
  },
  {
    what: "to where a copy is, under another name",
    change: { homeRegion: "us-east-1", image: { nameTemplate: "x-{version}-{architecture}" } },
  },
])("the home of AMIs moves only where no image of the name is: $what", ({ change, says }) => {
  const refused = refusedOnAws(change);
  if (says === undefined) expect(refused).toEqual([]);
  else expect(refused).toEqual([expect.stringMatching(says)]);
});

/** Changes that have to be named in --allow, for a release in this state. */
function deletions(state: "staged" | "deprecated" | "withdrawn", [cloud, change]: Change): string[] {
  const release = { state, deprecateOn: "2027-01-01T00:00:00Z" };
  const builds = [build(release, ["x86_64", "arm64"])];
  const ledger = (clouds: Record<string, unknown>) =>
    ledgerOf(planStack(stackOf(clouds, builds), { stack: "test", builds }));
  const changes = changesBetween(
    ledger(CLOUDS),
    ledger({ ...CLOUDS, [cloud]: { ...CLOUDS[cloud], ...change } }),
  );
  return changes.flatMap((change) => (change.kind === "delete-published" ? [change.what] : []));
}

// The real providers replace for these: magic-modules' Image.yaml, aws_ami's and azure-native's schemas, see
// rehearsal/plugins.
test.each<[string, Change]>([
  ["homeRegion eu-central-1 becomes us-east-1", ["aws", { homeRegion: "us-east-1" }]],
  ["rootDeviceName /dev/xvda becomes /dev/sda1", ["aws", { image: { rootDeviceName: "/dev/sda1" } }]],
  [
    "name demo-x86_64-20261120.0 becomes x-20261120.0-x86_64",
    ["aws", { image: { nameTemplate: "x-{version}-{architecture}" } }],
  ],
  ["enaSupport true becomes false", ["aws", { image: { enaSupport: false } }]],
  ["tpmSupport (none) becomes v2.0", ["aws", { image: { tpmSupport: "v2.0" } }]],
  ["imdsSupport v2.0 becomes (none)", ["aws", { image: { imdsSupport: "optional" } }]],
  ["bucket demo-bucket becomes other", ["gcp", { bucket: { name: "other" } }]],
  ["project demo-project becomes other-project", ["gcp", { project: "other-project" }]],
  ["storageLocations (none) becomes eu", ["gcp", { image: { storageLocations: ["eu"] } }]],
  [
    "licenses (none) becomes projects/p/global/licenses/l",
    ["gcp", { image: { licenses: ["projects/p/global/licenses/l"] } }],
  ],
  ["description ", ["gcp", { image: { description: "x" } }]],
  ["gallery demo becomes other", ["azure", { gallery: { name: "other" } }]],
  ["resourceGroup demo becomes other", ["azure", { resourceGroup: { name: "other" } }]],
  ["location westeurope becomes eastus", ["azure", { location: "eastus" }]],
  [
    "definition demo-x86_64 becomes x-x86_64",
    ["azure", { definition: { nameTemplate: "x-{architecture}" } }],
  ],
])("images that users have are not made anew unnamed: %s", (says, change) => {
  expect(deletions("deprecated", change)).toEqual([
    expect.stringContaining(`the images on ${change[0]} are deleted and made anew: `),
  ]);
  expect(deletions("deprecated", change)[0]).toContain(says);
  expect(deletions("staged", change)).toEqual([]);
  expect(deletions("withdrawn", change)).toEqual([]);
});

test.each<Change>([
  ["aws", { image: { tags: { team: "images" }, description: "another" } }],
  ["aws", { pointers: ["/images/{product}/{architecture}"] }],
  ["gcp", { image: { labels: { team: "images" } }, family: "other-{architecture}", keepArchive: true }],
  ["azure", { tags: { team: "images" }, replicas: 2 }],
])("what changes in place needs no name: %s %j", (...change) => {
  expect(deletions("deprecated", change)).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ["sku from generic-x86_64 to x-x86_64", { definition: { sku: "x-{architecture}" } }],
  ["publisher from Imprimatur to Other", { definition: { publisher: "Other" } }],
  [
    "SecurityType from TrustedLaunchSupported to ConfidentialVmSupported",
    { definition: { securityType: "ConfidentialVmSupported" } },
  ],
  ["SecurityType from TrustedLaunchSupported to Standard", { definition: { securityType: "Standard" } }],
  [
    "hyperVGeneration from V2 to V1",
    { definition: { hyperVGeneration: "V1", securityType: "Standard", diskControllerTypes: "SCSI" } },
  ],
  [
    "storageAccountType in eastus from Standard_LRS to Premium_LRS",
    { regions: { westeurope: {}, eastus: { storageAccountType: "Premium_LRS" } } },
  ],
])("what Azure never changes is refused before anything happens: %s", (says, change) => {
  const builds = [build({ state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" })];
  const ledger = (azure: Record<string, unknown>) => {
    const config = stackOf({ azure: { ...CLOUDS.azure, ...azure } }, builds);
    return ledgerOf(planStack(config, { stack: "test", builds }));
  };
  const [jump] = forbiddenTransitions(ledger({}), ledger(change));
  expect(jump?.message).toContain(says);
});
