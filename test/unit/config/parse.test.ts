import { GIB } from "../../../facts/units";
import type { KmsKeyName } from "../../../config/clouds";
import { parseKmsUri } from "../../../config/kms";
import { type Images, parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";
import { goodValues, spoiled } from "./stack-values";

/** Smaller than Azure's minimum. */
const TINY = { size: 1024 ** 2, bootMode: "uefi" } as const;

function linesOf(values: Record<string, unknown>, images?: Record<string, Images>): string[] {
  const { problems } = parseStackConfig(values, images ? { images: new Map(Object.entries(images)) } : {});
  return problems ? renderProblems(problems, { file: "stacks/Pulumi.demo.yaml" }).split("\n").slice(1) : [];
}

/** `releases` with a second one that differs from the first in the given keys. */
function twoReleases(second: Record<string, unknown>): unknown[] {
  return [RELEASE, { ...RELEASE, version: "20261121.0", imageFile: "b.json", ...second }];
}

const RELEASE = { version: "20261120.0", state: "published", imageFile: "a.json" };

const many = (count: number, key: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [key(index), "x"]));

const ORGANIZATION = "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5";

describe("a stack config that is right", () => {
  test("is accepted, and what it leaves out is filled in", () => {
    const { config, problems } = parseStackConfig(goodValues());
    expect(problems).toBeUndefined();
    expect(config?.product.variant).toBe("generic");
    expect(config?.aws?.image).toMatchObject({ imdsSupport: "v2.0", enaSupport: true, volumeType: "gp3" });
    expect(config?.gcp?.family).toBe("{productVariant}-{architecture}");
    expect(config?.azure?.definition.securityType).toBe("TrustedLaunchSupported");
  });

  test.each([
    ["no cloud but one", { aws: undefined, gcp: undefined }],
    ["no release yet", { releases: [] }],
    [
      "a region without exceptions",
      { aws: { homeRegion: "eu-central-1", regions: { "eu-central-1": null } } },
    ],
    [
      "public together with accounts",
      {
        aws: {
          homeRegion: "sa-east-1",
          regions: { "sa-east-1": {} },
          sharing: { public: true, accounts: ["123456789012"] },
        },
      },
    ],
    [
      "pointers of the deepest and the longest kind",
      {
        aws: {
          homeRegion: "sa-east-1",
          regions: { "sa-east-1": {} },
          pointers: ["/a".repeat(15), "a".repeat(955), "{product}-{version}"],
        },
      },
    ],
    [
      "a product based on another",
      { product: { name: "mine", publisher: "Me", provenance: { basedOn: "Debian 13" } } },
    ],
    [
      "a deprecation of public AMIs two years after a release that was tested for a while",
      { releases: [{ ...RELEASE, deprecateOn: "2029-02-18T00:00:00Z" }] },
    ],
    [
      "one of a build that was released years after it was made",
      { releases: [{ ...RELEASE, releasedOn: "2033-01-01T00:00:00Z", deprecateOn: "2035-01-01T00:00:00Z" }] },
    ],
    [
      "one of private AMIs, which AWS lets have ten years",
      {
        releases: [{ ...RELEASE, deprecateOn: "2035-01-01T00:00:00Z" }],
        aws: { homeRegion: "sa-east-1", regions: { "sa-east-1": {} } },
      },
    ],
    [
      "one of AMIs that are not public yet",
      { releases: [{ ...RELEASE, state: "staged", deprecateOn: "2035-01-01T00:00:00Z" }] },
    ],
  ])("%s", (_what, change) => {
    const values = Object.fromEntries(
      Object.entries({ ...goodValues(), ...change }).filter(([, value]) => value !== undefined),
    );
    expect(linesOf(values)).toEqual([]);
  });

  test.each([
    ["2028-11-20T00:00:00Z", "2028-11-20T00:00:00Z"],
    ["2028-11-20T01:30:00+01:30", "2028-11-20T00:00:00Z"],
    ["2028-11-20T00:00:00.000Z", "2028-11-20T00:00:00Z"],
  ])("the date %s is kept as %s", (given, kept) => {
    expect(parseStackConfig(spoiled("releases/0/deprecateOn", given)).config?.releases[0]?.deprecateOn).toBe(
      kept,
    );
  });
});

const AWS_KEY = "awskms:///arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const GCP_KEY = "gcpkms://projects/demo-project/locations/europe/keyRings/release/cryptoKeys/images";
const AZURE_KEY = "azurekms://my-vault.vault.azure.net/release";

/** Keys that cosign may accept but that may sign differently later; and texts that are not keys. */
const NO_KMS_KEYS = [
  "awskms:///1234abcd-12ab-34cd-56ef-1234567890ab",
  "awskms:///alias/release",
  "awskms://localhost:4566/arn:aws:kms:us-east-2:123456789012:alias/release",
  AWS_KEY.replace("///", "//"),
  `${AWS_KEY}\nx`,
  GCP_KEY,
  `${GCP_KEY}/cryptoKeyVersions/latest`,
  AZURE_KEY,
  `${AZURE_KEY}/current`,
  "azurekms://vault.example.org/release/0123456789abcdef0123456789abcdef",
  "hashivault://release",
  "release.pem",
];

test.each<[string, KmsKeyName]>([
  [AWS_KEY, { cloud: "aws", arn: AWS_KEY.slice("awskms:///".length), region: "eu-central-1" }],
  [
    "awskms:///arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/release/images",
    {
      cloud: "aws",
      arn: "arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/release/images",
      region: "us-gov-west-1",
    },
  ],
  [
    `${GCP_KEY}/cryptoKeyVersions/3`,
    { cloud: "gcp", version: `${GCP_KEY.slice("gcpkms://".length)}/cryptoKeyVersions/3` },
  ],
  [
    `${GCP_KEY}/versions/3`,
    { cloud: "gcp", version: `${GCP_KEY.slice("gcpkms://".length)}/cryptoKeyVersions/3` },
  ],
  [
    `${AZURE_KEY}/0123456789abcdef0123456789abcdef`,
    {
      cloud: "azure",
      vault: "my-vault.vault.azure.net",
      name: "release",
      version: "0123456789abcdef0123456789abcdef",
    },
  ],
])("the key %s is found in its cloud", (kms, want) => {
  const { config } = parseStackConfig({ ...goodValues(), record: { signWith: { kms } } });
  expect(parseKmsUri(config?.record?.signWith.kms ?? "")).toEqual(want);
});

/** Changed path, its value (undefined: removed), reported path, message. */
const REFUSED: [path: string, value: unknown, at: string, says: string][] = [
  // keys
  ["prodct", {}, "imprimatur:prodct", "Did you mean product?"],
  [
    "digitalocean",
    {},
    "imprimatur:digitalocean",
    "needs one of the keys product, releases, checks, policy, record, allow, aws, gcp, azure",
  ],
  ["product", undefined, "imprimatur:product", "is missing"],
  ["releases", undefined, "imprimatur:releases", "is missing; needs a list"],
  ["product/nme", "x", "imprimatur:product.nme", "Did you mean name?"],
  ["aws/sharing/publik", true, "imprimatur:aws.sharing.publik", "Did you mean public?"],
  [
    "aws/regions/us-east-1/tags",
    {},
    "imprimatur:aws.regions.us-east-1.tags",
    "needs one of the keys sharing",
  ],
  // types
  [
    "aws",
    true,
    "imprimatur:aws",
    "needs a mapping with the keys homeRegion and regions, and if wanted accountId, sharing,",
  ],
  ["record", null, "imprimatur:record", "Write `imprimatur:record: {}`."],
  ["aws/bootCheck", true, "imprimatur:aws.bootCheck", "Write `bootCheck: {}`."],
  [
    "aws/regions",
    ["us-east-1", "eu-central-1"],
    "imprimatur:aws.regions",
    "whose keys are each the code of an AWS region, as eu-central-1, but has a list. Write `regions: { us-east-1: {}, eu-central-1: {} }`.",
  ],
  ["aws/regions", ["mars-1"], "imprimatur:aws.regions", "as eu-central-1, but has a list."],
  ["aws/sharing", "public", "imprimatur:aws.sharing", "Write `sharing: { public: true }`."],
  ["releases", { version: "1" }, "imprimatur:releases", 'Write "- " before each entry'],
  ["releases/0/version", 20261120, "imprimatur:releases[0].version", "put it in quotes"],
  ["aws/accountId", 123456789012, "imprimatur:aws.accountId", "put it in quotes"],
  ["aws/sharing/public", "yes", "imprimatur:aws.sharing.public", 'true or false, but has "yes". Write true.'],
  ["aws/sharing/public", "off", "imprimatur:aws.sharing.public", "Write false."],
  ["aws/sharing/public", "True", "imprimatur:aws.sharing.public", "in lower case and without quotes."],
  ["aws/sharing/public", "maybe", "imprimatur:aws.sharing.public", 'needs true or false, but has "maybe".'],
  ["aws/sharing/accounts", "123456789012", "imprimatur:aws.sharing.accounts", "needs a list"],
  // product
  ["product/name", "Debian 13", "imprimatur:product.name", "a-z, 0-9"],
  ["product/name", undefined, "imprimatur:product.name", "is missing"],
  ["product/provenance", "offical", "imprimatur:product.provenance", '"official", or { basedOn:'],
  ["product/provenance", {}, "imprimatur:product.provenance", '"official", or { basedOn:'],
  ["product/publisher", "", "imprimatur:product.publisher", "1 to 64 printable characters"],
  // releases
  ["releases/0/state", "publishd", "imprimatur:releases[0].state", "Did you mean published?"],
  ["releases/0/state", undefined, "imprimatur:releases[0].state", "needs one of staged, published"],
  ["releases/0/version", "1.0+git", "imprimatur:releases[0].version", "1 to 40 letters and digits"],
  [
    "releases/0/imageFile",
    "/abs/a.json",
    "imprimatur:releases[0].imageFile",
    "relative to the project's folder",
  ],
  ["releases/0/imageFile", "images\\a.json", "imprimatur:releases[0].imageFile", "with / between its parts"],
  ["releases/0/imageFile", "disk.raw", "imprimatur:releases[0].imageFile", "*.json"],
  ["releases/0/deprecateOn", "2028-11-20", "imprimatur:releases[0].deprecateOn", "RFC 3339"],
  ["releases/0/deprecateOn", "2028-02-30T00:00:00Z", "imprimatur:releases[0].deprecateOn", "RFC 3339"],
  ["releases/0/deprecateOn", "2028-11-20T00:00:30Z", "imprimatur:releases[0].deprecateOn", "whole minutes"],
  ["releases/0/state", "deprecated", "imprimatur:releases[0].deprecateOn", "because the state is deprecated"],
  [
    "releases",
    twoReleases({ version: "20261120.0" }),
    "imprimatur:releases[1].version",
    "releases[0] has this one",
  ],
  [
    "releases",
    twoReleases({ imageFile: "a.json" }),
    "imprimatur:releases[1].imageFile",
    "releases[0] names this one",
  ],
  [
    "releases",
    twoReleases({ deprecateOn: "2029-01-01T00:00:00Z", endOfLife: "2028-01-01T00:00:00Z" }),
    "imprimatur:releases[1].endOfLife",
    "not before deprecateOn",
  ],
  // AWS
  [
    "releases/0/deprecateOn",
    "2035-01-01T00:00:00Z",
    "imprimatur:releases[0].deprecateOn",
    'but has "2035-01-01T00:00:00Z". Name a date up to 2028-11-20, or leave it out',
  ],
  ["aws/regions/eu-centrall-1", {}, "imprimatur:aws.regions.eu-centrall-1", "Did you mean eu-central-1?"],
  ["aws/regions/mars-1", {}, "imprimatur:aws.regions.mars-1", "the code of an AWS region"],
  ["aws/homeRegion", "eu-west-1", "imprimatur:aws.homeRegion", 'Add "eu-west-1: {}"'],
  ["aws/regions/cn-north-1", {}, "imprimatur:aws.regions.cn-north-1", "regions of one partition"],
  ["aws/accountId", "1234", "imprimatur:aws.accountId", "12 digits"],
  [
    "aws/sharing/accounts",
    ["123456789012", "123456789012"],
    "imprimatur:aws.sharing.accounts[1]",
    "each entry once",
  ],
  [
    "aws/sharing/organizations",
    ["o-a1b2c3d4e5"],
    "imprimatur:aws.sharing.organizations[0]",
    "the ARN of an organisation",
  ],
  [
    "aws/regions/us-east-1/sharing",
    { organizations: [ORGANIZATION.replace("arn:aws:", "arn:aws-cn:")] },
    "imprimatur:aws.regions.us-east-1.sharing.organizations[0]",
    "an ARN of the partition aws",
  ],
  ["aws/image/imdsSupport", "v1.0", "imprimatur:aws.image.imdsSupport", "needs one of v2.0, optional"],
  [
    "aws/image",
    { tpmSupport: "v2.0", bootMode: "legacy-bios" },
    "imprimatur:aws.image.tpmSupport",
    "bootMode: uefi",
  ],
  ["aws/image/volumeType", "st1", "imprimatur:aws.image.volumeType", "needs one of gp3, gp2"],
  ["aws/image/rootDeviceName", "sda", "imprimatur:aws.image.rootDeviceName", "/dev/xvda"],
  ["aws/image/nameTemplate", "{produkt}", "imprimatur:aws.image.nameTemplate", "placeholders are among"],
  ["aws/image/nameTemplate", "{product", "imprimatur:aws.image.nameTemplate", "Close every brace"],
  [
    "aws/image/nameTemplate",
    "{product}!{version}",
    "imprimatur:aws.image.nameTemplate",
    "3 to 128 characters",
  ],
  ["aws/image/nameTemplate", "x".repeat(129), "imprimatur:aws.image.nameTemplate", "3 to 128 characters"],
  ["aws/image/description", "x".repeat(256), "imprimatur:aws.image.description", "at most 255 characters"],
  ["aws/image/tags", { "aws:x": "y" }, "imprimatur:aws.image.tags.aws:x", "begins neither with aws:"],
  [
    "aws/image/tags",
    { "imprimatur:x": "y" },
    "imprimatur:aws.image.tags.imprimatur:x",
    "nor with imprimatur:",
  ],
  ["aws/image/tags", { k: "v".repeat(257) }, "imprimatur:aws.image.tags.k", "at most 256"],
  ["aws/image/tags", many(45, (index) => `k${index}`), "imprimatur:aws.image.tags", "at most 44 tags"],
  ["aws/image/description", "Débian", "imprimatur:aws.image.description", "printable ASCII characters alone"],
  ["aws/image/volumeType", "io2", "imprimatur:aws.image.volumeType", "needs one of gp3, gp2, standard"],
  ["gcp/image/labels", many(60, (index) => `k${index}`), "imprimatur:gcp.image.labels", "at most 59 labels"],
  ["gcp/image/description", "x".repeat(1977), "imprimatur:gcp.image.description", "at most 2048 characters"],
  ...["192.168.5.4", "my-google-images", "aa..b", "g00gle-x", "a.-b", "a-.b", "a-_", "x".repeat(64)].map(
    (name): (typeof REFUSED)[number] => [
      "gcp/bucket/name",
      name,
      "imprimatur:gcp.bucket.name",
      "a bucket name",
    ],
  ),
  [
    "gcp/image/guestOsFeatures",
    { arm64: [] },
    "imprimatur:gcp.image.guestOsFeatures.arm64",
    "UEFI_COMPATIBLE among the features",
  ],
  [
    "gcp/image/guestOsFeatures",
    { x86_64: ["SNP_SVSM_CAPABLE"] },
    "imprimatur:gcp.image.guestOsFeatures.x86_64",
    "UEFI_COMPATIBLE beside SEV, SNP and TDX",
  ],
  [
    "azure/definition/sku",
    "{variant}-{version}",
    "imprimatur:azure.definition.sku",
    "one SKU for all releases",
  ],
  [
    "azure/definition",
    { hyperVGeneration: "V1", securityType: "Standard" },
    "imprimatur:azure.definition.diskControllerTypes",
    "SCSI, because hyperVGeneration is V1",
  ],
  // Google Cloud
  ["gcp/project", "Demo", "imprimatur:gcp.project", "a project id"],
  ["gcp/bucket/name", "goog-x", "imprimatur:gcp.bucket.name", "a bucket name"],
  ["gcp/bucket", "demo-bucket", "imprimatur:gcp.bucket", "Write `bucket: { name: demo-bucket }`."],
  [
    "gcp/image/storageLocations",
    ["europe"],
    "imprimatur:gcp.image.storageLocations[0]",
    "a location of Google Cloud",
  ],
  [
    "gcp/image/storageLocations",
    ["eu", "us"],
    "imprimatur:gcp.image.storageLocations",
    "at most one location",
  ],
  ["gcp/image/labels", { Team: "x" }, "imprimatur:gcp.image.labels.Team", "a label key"],
  ["gcp/image/labels", { team: "a.b" }, "imprimatur:gcp.image.labels.team", "a label value"],
  ["gcp/image/licenses", ["debian"], "imprimatur:gcp.image.licenses[0]", "a license as"],
  ["gcp/image/nameTemplate", "1-{version}", "imprimatur:gcp.image.nameTemplate", "with a letter first"],
  ["gcp/image/nameTemplate", "x".repeat(64), "imprimatur:gcp.image.nameTemplate", "1 to 63 characters"],
  ["gcp/family", "-{product}", "imprimatur:gcp.family", "the name of a family"],
  ["gcp/sharing/principals", ["allUsers"], "imprimatur:gcp.sharing.principals[0]", "public: true"],
  [
    "gcp/sharing/principals",
    ["user:a@b.c", "user:a@b.c"],
    "imprimatur:gcp.sharing.principals[1]",
    "each principal once",
  ],
  [
    "gcp/sharing/principals",
    Array.from({ length: 1501 }, (_, index) => `user:u${index}@example.org`),
    "imprimatur:gcp.sharing.principals",
    "at most 1500 principals",
  ],
  [
    "gcp/sharing/principals",
    Array.from({ length: 251 }, (_, index) => `group:g${index}@example.org`),
    "imprimatur:gcp.sharing.principals",
    "at most 250 groups and domains",
  ],
  [
    "gcp/image/guestOsFeatures",
    { arm64: ["UEFI_COMPATIBLE", "SEV_CAPABLE"] },
    "imprimatur:gcp.image.guestOsFeatures.arm64[1]",
    "Arm machines",
  ],
  [
    "gcp/image/guestOsFeatures",
    { x86_64: ["TDX_CAPABLE"] },
    "imprimatur:gcp.image.guestOsFeatures.x86_64",
    "UEFI_COMPATIBLE beside",
  ],
  // Azure
  ["azure/subscriptionId", "me", "imprimatur:azure.subscriptionId", "01234567-89ab"],
  ["azure/location", "West Europe", "imprimatur:azure.location", "Did you mean westeurope?"],
  ["azure/location", "uksouth", "imprimatur:azure.location", 'Add "uksouth: {}"'],
  ["azure/gallery/name", "my-gallery", "imprimatur:azure.gallery.name", "no dash"],
  ["azure/regions/eastus", { replicas: 0 }, "imprimatur:azure.regions.eastus.replicas", "1 to 100"],
  [
    "azure/gallery/sharing",
    { community: { publicNamePrefix: "ab" } },
    "imprimatur:azure.gallery.sharing.community.publicNamePrefix",
    "5 to 16",
  ],
  ["releases/0/version", "20261120-1", "imprimatur:releases[0].version", 'Write it as "20261120.1"'],
  ["releases/0/version", "2026.04", "imprimatur:releases[0].version", "without zeros in front"],
  [
    "azure/definition/nameTemplate",
    "{product}-{version}",
    "imprimatur:azure.definition.nameTemplate",
    "one definition for all releases",
  ],
  [
    "azure/definition",
    { hyperVGeneration: "V1" },
    "imprimatur:azure.definition.securityType",
    "because hyperVGeneration is V1",
  ],
  ["aws/pointers", ["demo latest"], "imprimatur:aws.pointers[0]", "letters, digits and . - _ / only"],
  ["aws/pointers", ["{product}/latest"], "imprimatur:aws.pointers[0]", "a / in front"],
  ["aws/pointers", ["/{product}/"], "imprimatur:aws.pointers[0]", "something after every /"],
  ["aws/pointers", ["/aws/{product}"], "imprimatur:aws.pointers[0]", "does not begin with aws or ssm"],
  [
    "aws/pointers",
    ["__proto__"],
    "imprimatur:aws.pointers[0]",
    "another word: none of toString, valueOf, __proto__",
  ],
  ["aws/pointers", ["SSM-{product}"], "imprimatur:aws.pointers[0]", "does not begin with aws or ssm"],
  ["aws/pointers", ["/a".repeat(16)], "imprimatur:aws.pointers[0]", "at most 15 levels"],
  ["aws/pointers", ["a".repeat(956)], "imprimatur:aws.pointers[0]", "at most 955 characters"],
  [
    "aws/pointers",
    ["/demo/latest", "/{product}/latest"],
    "imprimatur:aws.pointers[1]",
    "pointers[0] gives this one",
  ],
  ["aws/pointers", ["demo", "/{product}"], "imprimatur:aws.pointers[1]", "pointers[0] gives this one"],
  ["product/publisher", "Acme Inc.", "imprimatur:azure.definition.publisher", "Add publisher: AcmeInc."],
  ["azure/tags", { a: "x", A: "y" }, "imprimatur:azure.tags", "names that differ in more than capitals"],
  [
    "azure/gallery/sharing",
    { subscriptions: ["01234567-89ab-cdef-0123-456789abcdef"] },
    "imprimatur:azure.gallery.sharing.subscriptions[0]",
    "needs somebody else",
  ],
  [
    "azure/gallery/sharing",
    { tenants: Array.from({ length: 6 }, (_, index) => `01234567-89ab-cdef-0123-45678900000${index}`) },
    "imprimatur:azure.gallery.sharing.tenants",
    "at most 5 tenants",
  ],
  [
    "azure/gallery/sharing",
    { tenants: Array<string>(2).fill("01234567-89ab-cdef-0123-456789abcdee") },
    "imprimatur:azure.gallery.sharing.tenants[1]",
    "each id once",
  ],
  [
    "gcp/sharing",
    { principals: ["user:a@example.org", "user:A@example.org"] },
    "imprimatur:gcp.sharing.principals[1]",
    "each principal once",
  ],
  [
    "gcp/sharing",
    { principals: ["domain:..-.org"] },
    "imprimatur:gcp.sharing.principals[0]",
    "a principal as",
  ],
  ["azure/tags", { "a/b": "x" }, "imprimatur:azure.tags.a/b", "a tag name"],
  // signing
  [
    "record",
    { signWith: { keyFile: "release.pem", kms: AWS_KEY } },
    "imprimatur:record.signWith",
    "needs one way to sign, not 2",
  ],
  [
    "record",
    { signWith: { keyFile: "release.pem", keyless: {} } },
    "imprimatur:record.signWith",
    "Keep one of keyFile, keyless",
  ],
  ...NO_KMS_KEYS.map((kms): [string, unknown, string, string] => [
    "record",
    { signWith: { kms } },
    "imprimatur:record.signWith.kms",
    "needs a KMS key as cosign names it: awskms:///<ARN of the key or of its alias>, gcpkms://",
  ]),
  [
    "record",
    { signWith: { keyless: { rekorUrl: "http://rekor.example.org" } } },
    "imprimatur:record.signWith.keyless.rekorUrl",
    "needs an https:// address",
  ],
  [
    "record",
    { signWith: { keyless: { rekorVersion: 2 } } },
    "imprimatur:record.signWith.keyless",
    "needs a tsaUrl, because a log of version 2 tells no time",
  ],
  [
    "record",
    { signWith: { keyless: { rekorVersion: 3 } } },
    "imprimatur:record.signWith.keyless.rekorVersion",
    "needs one of 1, 2",
  ],
  [
    "record",
    { signWith: { kmsKey: AWS_KEY } },
    "imprimatur:record.signWith.kmsKey",
    "needs one of the keys keyFile, kms, keyless",
  ],
];

describe("a stack config that is wrong", () => {
  test.each(REFUSED)("%s = %j is refused at %s: %s", (path, value, at, says) => {
    const lines = linesOf(spoiled(path, value));
    expect(lines.filter((line) => line.includes(` ${at}: `)).join("\n")).toContain(says);
  });

  test("every problem of every part is reported at once", () => {
    const values = spoiled("aws/homeRegion", "eu-west-1");
    Object.assign(values, { product: { name: "X" }, azur: {} });
    (values.gcp as Record<string, unknown>).project = 7;
    expect(linesOf(values).map((line) => line.split(": ")[1])).toEqual([
      "imprimatur:product.name",
      "imprimatur:product.publisher",
      "imprimatur:product.provenance",
      "imprimatur:gcp.project",
      "imprimatur:azur",
      "imprimatur:aws.homeRegion",
    ]);
  });

  test("a refused value hides no rule of its section, nor of the others", () => {
    const values = goodValues();
    values.product = { name: "Demo 13", publisher: "Imprimatur & Co", provenance: "official" };
    values.releases = [
      { version: "20261120.0", state: "publshed", imageFile: "a.json" },
      { version: "2026-11-20", state: "staged", imageFile: "a.json" },
    ];
    values.aws = { homeRegion: "eu-centrl-1", regions: { "eu-central-1": {}, "cn-north-1": {}, mars: {} } };
    Object.assign(values.gcp as object, {
      family: "{product}",
      image: { storageLocations: ["europ-west1"], guestOsFeatures: { arm64: ["TDX_CAPABLE"] } },
    });
    Object.assign(values.azure as object, { location: "marseurope", replicas: 0 });
    const images = { "a.json": { x86_64: TINY, arm64: TINY } };
    expect(linesOf(values, images).map((line) => line.split(": ")[1])).toEqual([
      "imprimatur:product.name",
      "imprimatur:releases[0].state",
      "imprimatur:aws.homeRegion",
      "imprimatur:aws.regions.mars",
      "imprimatur:gcp.image.storageLocations[0]",
      "imprimatur:azure.location",
      "imprimatur:azure.replicas",
      "imprimatur:releases[1].imageFile",
      "imprimatur:aws.regions.cn-north-1",
      "imprimatur:gcp.image.guestOsFeatures.arm64[0]",
      "imprimatur:gcp.image.guestOsFeatures.arm64",
      "imprimatur:gcp.family",
      "imprimatur:azure.definition.publisher",
      "imprimatur:releases[1].version",
      // The image of each architecture is too small for Azure.
      ...Array<string>(2).fill("imprimatur:releases[0].imageFile"),
      ...Array<string>(2).fill("imprimatur:releases[1].imageFile"),
    ]);
  });

  test("an unknown key does not hide a combination that is wrong besides", () => {
    const values = spoiled("aws/homeRegion", "eu-west-1");
    (values.aws as Record<string, unknown>).color = "blue";
    expect(linesOf(values).join("\n")).toMatch(/aws\.color[\s\S]*aws\.homeRegion/);
  });

  test("two releases that are one version in Azure's gallery are refused", () => {
    const values = spoiled("releases", twoReleases({ version: "0.20261120.0" }));
    expect(linesOf(values).join("\n")).toMatch(
      /releases\[1\]\.version: needs another version of Azure's galleries than 0\.20261120\.0/,
    );
  });

  test("two releases whose names on Google Cloud are one, as they differ in punctuation, are refused", () => {
    const values = spoiled("releases", twoReleases({ version: "20261120-0" }));
    expect(linesOf(values).join("\n")).toMatch(
      /gcp\.image\.nameTemplate: needs a name of its own for every image/,
    );
  });
});

describe("what the image files say is checked against the clouds", () => {
  const file = "images/demo/20261120.0.json";
  const disk = { size: GIB, bootMode: "uefi" } as const;

  test.each<[string, Images, Record<string, unknown>, string]>([
    [
      "two architectures under one AMI name",
      { x86_64: disk, arm64: disk },
      spoiled("aws/image/nameTemplate", "{product}-{version}"),
      "imprimatur:aws.image.nameTemplate: needs a name of its own",
    ],
    [
      "two architectures in one parameter",
      { x86_64: disk, arm64: disk },
      spoiled("aws/pointers", ["/{product}/latest"]),
      'imprimatur:aws.pointers[0]: needs a parameter for each architecture and variant, but has "/demo/latest for x86_64 and arm64". Put {architecture} into the template',
    ],
    [
      "two architectures in one family",
      { x86_64: disk, arm64: disk },
      spoiled("gcp/family", "{product}"),
      "imprimatur:gcp.family: needs a family for each architecture",
    ],
    [
      "two architectures in one definition",
      { x86_64: disk, arm64: disk },
      spoiled("azure/definition/nameTemplate", "{product}"),
      "imprimatur:azure.definition.nameTemplate: needs a definition for each architecture",
    ],
    [
      "a disk too large for AWS",
      { x86_64: { ...disk, size: 65 * 1024 * GIB } },
      goodValues(),
      "at most 64 TiB for AWS",
    ],
    [
      "a disk too small for Azure",
      { x86_64: { ...disk, size: 16 * 1024 ** 2 } },
      goodValues(),
      "needs a raw disk of 20 MiB to 2040 GiB for Azure",
    ],
    [
      "a disk beyond the end of a fixed VHD",
      { x86_64: { ...disk, size: 2040 * GIB + 512 } },
      goodValues(),
      "needs a raw disk of 20 MiB to 2040 GiB for Azure",
    ],
    [
      "an image that only a captured machine can be the source of",
      { x86_64: disk },
      spoiled("azure/definition/securityType", "TrustedLaunch"),
      "imprimatur:azure.definition.securityType: needs TrustedLaunchSupported: an image of TrustedLaunch holds the state of a captured machine",
    ],
    [
      "a disk too large for Google",
      { x86_64: { ...disk, size: 2049 * GIB } },
      goodValues(),
      "at most 2048 GiB for Google Cloud",
    ],
    [
      "a BIOS image in a V2 definition",
      { x86_64: { ...disk, bootMode: "legacy-bios" } },
      goodValues(),
      "starts with BIOS only",
    ],
    [
      "a TPM for an image that need not start with UEFI",
      { x86_64: { ...disk, bootMode: "uefi-preferred" } },
      spoiled("aws/image/tpmSupport", "v2.0"),
      "imprimatur:aws.image.tpmSupport: needs bootMode uefi",
    ],
    [
      "BIOS on Graviton",
      { arm64: disk },
      spoiled("aws/image/bootMode", "legacy-bios"),
      "Graviton instances start with UEFI only",
    ],
    [
      "a SKU for two architectures",
      { x86_64: disk, arm64: disk },
      spoiled("azure/definition/sku", "generic"),
      "imprimatur:azure.definition.sku: needs a SKU for each architecture",
    ],
    [
      "a definition with BIOS for a disk with UEFI",
      { x86_64: disk },
      spoiled("azure/definition/hyperVGeneration", "V1"),
      "needs V2, because the x86_64 image of 20261120.0 starts with UEFI only",
    ],
    [
      "a definition with UEFI for a disk with BIOS",
      { x86_64: { ...disk, bootMode: "legacy-bios" } },
      spoiled("azure/definition/hyperVGeneration", "V2"),
      "Set definition: {hyperVGeneration: V1, securityType: Standard, diskControllerTypes: SCSI}, or",
    ],
    [
      "a registration with BIOS of a disk with UEFI",
      { x86_64: disk },
      spoiled("aws/image/bootMode", "legacy-bios"),
      "imprimatur:aws.image.bootMode: needs uefi, because the x86_64 image",
    ],
    [
      "a registration with UEFI of a disk with BIOS",
      { x86_64: { ...disk, bootMode: "legacy-bios" } },
      spoiled("aws/image/bootMode", "uefi-preferred"),
      "imprimatur:aws.image.bootMode: needs legacy-bios, because the x86_64 image",
    ],
    [
      "UEFI promised of a disk with BIOS, on Google",
      { x86_64: { ...disk, bootMode: "legacy-bios" } },
      spoiled("gcp/image/guestOsFeatures", { x86_64: ["UEFI_COMPATIBLE"] }),
      "guestOsFeatures.x86_64: needs no UEFI_COMPATIBLE",
    ],
    [
      "an Arm disk with BIOS: nothing sends it from one cure to the other",
      { arm64: { ...disk, bootMode: "legacy-bios" } },
      goodValues(),
      "leave imprimatur:azure out",
    ],
  ])("%s", (_what, images, values, says) => {
    expect(linesOf(values, { [file]: images }).join("\n")).toContain(says);
  });

  test("two architectures with names of their own are fine", () => {
    expect(linesOf(goodValues(), { [file]: { x86_64: disk, arm64: disk } })).toEqual([]);
  });
});

test.each([
  ["releases/0/version", "toString", "releases.0.version"],
  ["aws/image/tags", { toString: "x" }, "aws.image.tags.toString"],
  ["azure/tags", { toString: "x" }, "azure.tags.toString"],
  ["azure/definition", { nameTemplate: "toString" }, "azure.definition.nameTemplate"],
])("%s: a word that no mapping of a resource's may have as a key is refused", (place, value, at) => {
  const { problems = [] } = parseStackConfig(spoiled(place, value));
  expect(problems.map(({ path }) => path.join("."))).toEqual([at]);
});
