import { MIB } from "../../../facts/units";
import { closeAzure } from "../../../components/azure/closing";
import { openAzure } from "../../../components/azure/cloud";
import type { ReleaseBuild } from "../../../components/cloud";
import { planCloud } from "../../../components/plan";
import { build, stackOf, withoutSha256 } from "./builds";
import { find, namesOf, type Registration, registrationsOf } from "./registrations";

const community = {
  publicNamePrefix: "imprimatur",
  publisherUri: "https://example.org",
  publisherContact: "images@example.org",
  eula: "https://example.org/eula",
};
const AZURE = {
  subscriptionId: "01234567-89ab-cdef-0123-456789abcdef",
  resourceGroup: { name: "demo" },
  location: "westeurope",
  gallery: { name: "demo", sharing: { community } },
  regions: { westeurope: {}, eastus: { replicas: 3, storageAccountType: "Premium_LRS" } },
};
const PRIVATE = { ...AZURE, gallery: { name: "demo" } };
const NAME = "demo-20261120.0-x86_64";
const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";

type Registrations = readonly Registration[];

type Told = Record<string, Record<string, unknown>>;

const published = (azure: Record<string, unknown>, ...builds: ReleaseBuild[]) =>
  publishedAfter({}, azure, ...builds);

/** @param told outputs of closings, by name */
async function publishedAfter(told: Told, azure: Record<string, unknown>, ...builds: ReleaseBuild[]) {
  const config = stackOf({ azure }, builds);
  if (!config.azure) throw new Error("no azure");
  const plan = planCloud("azure", { config: config.azure, product: config.product, stack: "test", builds });
  const args = { ...plan, after: [] };
  return registrationsOf(() => {
    const closings = closeAzure(args);
    const cloud = openAzure({ ...args, after: [...closings.values()], closings });
    const releases = builds.map((build) => {
      const { images, proof } = cloud.publish(build, {});
      return { images, proof };
    });
    return { outputs: { releases, shared: cloud.finish?.() } };
  }, told);
}

/** Paths of `""`, `[]` and `{}`. */
function emptyIn(value: unknown, path = ""): string[] {
  if (value === "") return [path];
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, inner]) => emptyIn(inner, `${path}.${key}`));
}

describe("a published release", () => {
  test("is written to a disk as large as its VHD, footer too", async () => {
    const { registrations } = await published(AZURE, build());
    const vhdSize = 3 * 1024 * MIB + MIB + 512;
    expect(find(registrations, "Disk", NAME)).toMatchObject({
      type: "azure-native:compute:Disk",
      inputs: {
        diskName: "demo-x86_64-20261120-0",
        location: "westeurope",
        osType: "Linux",
        hyperVGeneration: "V2",
        supportedCapabilities: { architecture: "x64" },
        creationData: { createOption: "Upload", uploadSizeBytes: vhdSize },
      },
    });
    expect(find(registrations, "DiskContent", NAME).inputs).toMatchObject({ diskId: `${NAME}-id`, vhdSize });
  });

  test("has its disk read back before there is a version, and the version before the gallery is shared", async () => {
    const { registrations } = await published(AZURE, build({}, ["x86_64", "arm64"]));
    expect(find(registrations, "Verification", `${NAME}-disk`).inputs.sourceId).toBe(`${NAME}-written`);
    const version = find(registrations, "GalleryImageVersion", NAME);
    expect(version.inputs.storageProfile).toEqual({
      osDiskImage: { source: { id: `${NAME}-disk-verified` } },
    });
    expect(version.dependencies).toContain("Verification demo-20261120.0-arm64-disk");
    expect(find(registrations, "Verification", NAME).inputs.sourceId).toBe(`${NAME}-id`);
    expect(find(registrations, "GallerySharing", "demo-gallery").dependencies).toEqual(
      expect.arrayContaining([
        `Verification ${NAME}`,
        "Verification demo-20261120.0-arm64",
        `VersionPublication ${NAME}`,
      ]),
    );
  });

  const home = { name: "westeurope", regionalReplicaCount: 1, storageAccountType: "Standard_LRS" };

  test("is made as a version of three integers in the home region alone, out of latest", async () => {
    const { registrations } = await published(AZURE, build({ endOfLife: "2030-01-01T00:00:00Z" }));
    const version = find(registrations, "GalleryImageVersion", NAME);
    expect(version.inputs).toMatchObject({
      galleryImageVersionName: "0.20261120.0",
      safetyProfile: { allowDeletionOfReplicatedLocations: true, blockDeletionBeforeEndOfLife: false },
    });
    expect(version.inputs.publishingProfile).toEqual({ targetRegions: [home], excludeFromLatest: true });
  });

  test("is never changed by what made it, except that other bytes are another version", async () => {
    const { registrations } = await published(AZURE, build());
    const version = find(registrations, "GalleryImageVersion", NAME);
    expect(version.ignoreChanges).toEqual(
      expect.arrayContaining(["publishingProfile", "safetyProfile", "storageProfile", "tags"]),
    );
    expect(version.replacementTrigger).toBe(`sha256:${"a".repeat(64)}`);
  });

  test("keeps its disk, whatever somebody changes about it at Azure, except for other bytes", async () => {
    const { registrations } = await published(AZURE, build());
    const disk = find(registrations, "Disk", NAME);
    expect(disk.replacementTrigger).toBe(`sha256:${"a".repeat(64)}`);
    expect(disk.replaceOnChanges).toEqual([]);
    // The source, which Azure never changes, refusing a PUT with another one; and the size, which Azure fills in.
    expect(disk.ignoreChanges).toEqual(["creationData", "diskSizeGB"]);
  });

  test("is in places spelled as in the config, in whatever case Azure tells their names", async () => {
    const { registrations } = await published(AZURE, build());
    const inGroup = { resourceGroupName: "demo" };
    expect(find(registrations, "Gallery", "demo-gallery").inputs).toMatchObject(inGroup);
    expect(find(registrations, "Disk", NAME).inputs).toMatchObject(inGroup);
    const inGallery = { ...inGroup, galleryName: "demo" };
    expect(find(registrations, "GalleryImage", "demo-x86_64").inputs).toMatchObject(inGallery);
    expect(find(registrations, "GalleryImageVersion", NAME).inputs).toMatchObject({
      ...inGallery,
      galleryImageName: "demo-x86_64",
    });
  });

  test.each(["Standard", "TrustedLaunchSupported"])(
    "has a definition that says %s, which Azure then never changes",
    async (securityType) => {
      const { registrations } = await published({ ...AZURE, definition: { securityType } }, build());
      const definition = find(registrations, "GalleryImage", "demo-x86_64");
      expect(definition.inputs.features).toContainEqual({ name: "SecurityType", value: securityType });
      expect(definition.ignoreChanges).toEqual(["features"]);
    },
  );

  test("waits for a place that Azure does not answer for as long as that may take, and for its replicas two days", async () => {
    const { registrations } = await published(AZURE, build());
    const patience = (kind: string) => registrations.find((of) => of.kind === kind)?.createTimeout;
    // azure-native waits for two hours by default.
    expect(["ResourceGroup", "Gallery", "GalleryImage"].map(patience)).toEqual(["20m", "20m", "20m"]);
    expect(patience("GalleryImageVersion")).toBe("48h");
  });

  test("gives Azure no empty value that means something else than none", async () => {
    const { registrations } = await published(PRIVATE, build());
    const empty = registrations
      .filter(({ type }) => type.startsWith("azure-native:"))
      .flatMap(({ kind, inputs }) => emptyIn(inputs).map((path) => `${kind}${path}`));
    expect(empty).toEqual([]);
  });

  test("comes to every region and into latest once both architectures were read back", async () => {
    const { registrations } = await published(
      AZURE,
      build({ endOfLife: "2030-01-01T00:00:00Z" }, ["x86_64", "arm64"]),
    );
    const publication = find(registrations, "VersionPublication", NAME);
    expect(publication.inputs).toMatchObject({
      versionId: `${NAME}-verified`,
      excludeFromLatest: false,
      endOfLifeDate: "2030-01-01T00:00:00Z",
      targetRegions: [home, { name: "eastus", regionalReplicaCount: 3, storageAccountType: "Premium_LRS" }],
      tags: { "imprimatur:release": "20261120.0" },
    });
    expect(publication.dependencies).toEqual(
      expect.arrayContaining([`Verification ${NAME}`, "Verification demo-20261120.0-arm64"]),
    );
  });

  test("belongs to a definition per architecture, in a gallery that everyone may see", async () => {
    const { registrations, outputs } = await published(AZURE, build({}, ["x86_64", "arm64"]));
    expect(namesOf(registrations, "GalleryImage")).toEqual(["demo-x86_64", "demo-arm64"]);
    expect(find(registrations, "GalleryImage", "demo-arm64").inputs).toMatchObject({
      architecture: "Arm64",
      hyperVGeneration: "V2",
      osState: "Generalized",
      identifier: { publisher: "Imprimatur", offer: "demo", sku: "generic-arm64" },
      features: [
        { name: "SecurityType", value: "TrustedLaunchSupported" },
        { name: "IsAcceleratedNetworkSupported", value: "True" },
        { name: "DiskControllerTypes", value: "SCSI, NVMe" },
      ],
    });
    expect(find(registrations, "Gallery", "demo-gallery").inputs.sharingProfile).toEqual({
      permissions: "Community",
      communityGalleryInfo: community,
    });
    expect(outputs).toMatchObject({ shared: { publicName: "demo-0123" } });
  });
});

describe("a gallery is shared as a whole", () => {
  test.each(["staged", "withdrawn"] as const)(
    "so a %s release keeps its verified disk, and is no version of a shared gallery",
    async (state) => {
      const { registrations } = await published(AZURE, build({ state }));
      expect(namesOf(registrations, "GalleryImageVersion")).toEqual([]);
      expect(namesOf(registrations, "VersionPublication")).toEqual([]);
      expect(namesOf(registrations, "Verification")).toEqual([`${NAME}-disk`]);
    },
  );

  test.each([
    { state: "staged", regions: ["westeurope"], excluded: true },
    { state: "published", regions: ["westeurope", "eastus"], excluded: false },
    { state: "deprecated", regions: ["westeurope", "eastus"], excluded: true },
    { state: "withdrawn", regions: ["westeurope", "eastus"], excluded: true },
  ] as const)(
    "in a private one a $state release is in $regions, left out of latest: $excluded",
    async (want) => {
      const { registrations } = await published(
        PRIVATE,
        build({ state: want.state, deprecateOn: "2027-01-01T00:00:00Z" }),
      );
      const profile = find(registrations, "VersionPublication", NAME).inputs as {
        excludeFromLatest: boolean;
        targetRegions: { name: string }[];
      };
      expect(profile.excludeFromLatest).toBe(want.excluded);
      expect(profile.targetRegions.map(({ name }) => name)).toEqual(want.regions);
      expect(namesOf(registrations, "GallerySharing")).toEqual([]);
    },
  );

  test("with single subscriptions and tenants", async () => {
    const subscriptions = ["11111111-2222-3333-4444-555555555555"];
    const { registrations } = await published(
      { ...AZURE, gallery: { name: "demo", sharing: { subscriptions } } },
      build(),
    );
    expect(find(registrations, "Gallery", "demo-gallery").inputs.sharingProfile).toEqual({
      permissions: "Groups",
    });
    expect(find(registrations, "GallerySharing", "demo-gallery").inputs).toMatchObject({
      community: false,
      subscriptions,
    });
  });
});

describe("what only takes away", () => {
  const closingIn = (registrations: Registrations, kind: string) =>
    registrations
      .filter((registration) => registration.kind === kind)
      .map(({ name, inputs }) => ({ name, inputs }));

  test.each([
    { azure: AZURE, state: "published", allowed: true },
    { azure: AZURE, state: "withdrawn", allowed: false },
    { azure: AZURE, state: "staged", allowed: false },
    { azure: PRIVATE, state: "withdrawn", allowed: true },
    { azure: PRIVATE, state: "staged", allowed: true },
  ] as const)("of a $state release its version: $allowed", async ({ azure, state, allowed }) => {
    const { registrations } = await published(azure, build({ state }));
    const place = { subscriptionId: AZURE.subscriptionId, resourceGroup: "demo", gallery: "demo" };
    const version = { definition: "demo-x86_64", version: "0.20261120.0", allowed };
    expect(closingIn(registrations, "VersionClosing")).toEqual([
      { name: NAME, inputs: { ...place, ...version } },
    ]);
  });

  test.each([
    { state: "published", regions: ["westeurope", "eastus"] },
    { state: "withdrawn", regions: ["westeurope", "eastus"] },
    { state: "staged", regions: ["westeurope"] },
  ] as const)("of a $state release the regions where it is not to be", async ({ state, regions }) => {
    const { registrations } = await published(AZURE, build({ state }));
    const [closing] = closingIn(registrations, "RegionClosing");
    expect(closing).toMatchObject({ name: `${NAME}-regions`, inputs: { version: "0.20261120.0", regions } });
  });

  test.each([
    { azure: AZURE, want: { permissions: "Community", subscriptions: [], tenants: [] } },
    { azure: PRIVATE, want: { permissions: "Private", subscriptions: [], tenants: [] } },
    {
      azure: { ...AZURE, gallery: { name: "demo", sharing: { subscriptions: [SUBSCRIPTION] } } },
      want: { permissions: "Groups", subscriptions: [SUBSCRIPTION], tenants: [] },
    },
  ])("of the gallery whoever may not see it: $want.permissions", async ({ azure, want }) => {
    const { registrations } = await published(azure, build());
    const [closing] = closingIn(registrations, "GalleryClosing");
    expect(closing).toMatchObject({ name: "demo-gallery", inputs: want });
  });

  test("takes over what was a part of the gallery in older states", async () => {
    const { registrations } = await published(AZURE, build());
    expect(find(registrations, "GalleryClosing", "demo-gallery").formerParents).toEqual([
      "urn:pulumi:test::imprimatur::imprimatur:component:AzureGallery::demo-gallery",
    ]);
  });

  test("waits for nothing, and everything that gives comes after it", async () => {
    const { registrations } = await published(AZURE, build());
    for (const kind of ["VersionClosing", "RegionClosing", "GalleryClosing"])
      for (const each of registrations.filter((each) => each.kind === kind))
        expect(each.dependencies).toEqual([]);
    const kinds = registrations.map(({ kind }) => kind);
    const first = kinds.findIndex((kind) => !kind.endsWith("Closing"));
    expect(kinds.slice(first).filter((kind) => kind.endsWith("Closing"))).toEqual([]);
  });

  test("a withdrawal is no reason to ask anything before anything is given", async () => {
    const asked = async (state: "published" | "withdrawn") =>
      find((await published(AZURE, build({ state }))).registrations, "Preflight", "demo-20261120.0").inputs;
    expect(await asked("published")).not.toHaveProperty("withdrawn");
    expect(await asked("withdrawn")).toHaveProperty("withdrawn", true);
  });

  test("a version that was closed is made anew, and what is said of it is said again", async () => {
    const before = await published(AZURE, build());
    const digest = `sha256:${"a".repeat(64)}`;
    expect(find(before.registrations, "GalleryImageVersion", NAME).replacementTrigger).toBe(digest);
    expect(find(before.registrations, "VersionPublication", NAME).inputs).not.toHaveProperty("closings");
    const told = { [NAME]: { closings: 2 }, "demo-gallery": { closings: 1 } };
    const { registrations } = await publishedAfter(told, AZURE, build());
    expect(find(registrations, "GalleryImageVersion", NAME).replacementTrigger).toBe(`${digest} after 2`);
    expect(find(registrations, "VersionPublication", NAME).inputs.closings).toBe(2);
    expect(find(registrations, "GallerySharing", "demo-gallery").inputs.closings).toBe(1);
  });

  test("nobody is let into the gallery before versions are gone that they may not see", async () => {
    const staged = build({ version: "20261121.0", state: "staged" });
    const withdrawn = build({ version: "20261119.0", state: "withdrawn" });
    const { registrations } = await published(AZURE, staged, build(), withdrawn);
    expect(find(registrations, "GallerySharing", "demo-gallery").inputs.without).toEqual([
      "demo-x86_64/0.20261121.0",
      "demo-x86_64/0.20261119.0",
    ]);
  });
});

test("a resource group that is there already is neither made nor removed", async () => {
  const { registrations } = await published(
    { ...AZURE, resourceGroup: { name: "demo", exists: true } },
    build(),
  );
  expect(namesOf(registrations, "ResourceGroup")).toEqual([]);
  const made = await published(AZURE, build());
  expect(namesOf(made.registrations, "ResourceGroup")).toEqual(["demo-gallery"]);
});

test("goes from the inside out, and each thing is deleted by what comes between it and what it held", async () => {
  const { registrations } = await published(AZURE, build());
  const dependenciesOf = (kind: string, name: string) => find(registrations, kind, name).dependencies;
  expect(dependenciesOf("GalleryImageVersion", NAME)).toContain("GalleryDeletion demo-x86_64");
  expect(dependenciesOf("GalleryDeletion", "demo-x86_64")).toEqual(["GalleryImage demo-x86_64"]);
  expect(dependenciesOf("GalleryImage", "demo-x86_64")).toContain("GalleryDeletion demo-gallery");
  expect(dependenciesOf("GalleryDeletion", "demo-gallery")).toEqual(["Gallery demo-gallery"]);
});

test("gallery, definitions, group and disks are protected while any release is; the version is withdrawn freely", async () => {
  const protectedKinds = async (state: "published" | "withdrawn") =>
    (await published(AZURE, build({ state }))).registrations
      .filter((registration) => registration.protect)
      .map(({ kind }) => kind)
      .sort();
  expect(await protectedKinds("published")).toEqual([
    "Disk",
    "DiskContent",
    "Gallery",
    "GalleryDeletion",
    "GalleryDeletion",
    "GalleryImage",
    "ResourceGroup",
  ]);
  expect(await protectedKinds("withdrawn")).toEqual([]);
});

const OLD = { state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" } as const;
const NEWER = "demo-20261121.0-x86_64";

test.each([
  { old: OLD, azure: AZURE },
  { old: { state: "withdrawn" }, azure: PRIVATE },
] as const)(
  "a release that is $old.state leaves latest after the new one is in it",
  async ({ old, azure }) => {
    const { registrations } = await published(azure, build({ version: "20261121.0" }), build(old));
    expect(find(registrations, "VersionPublication", NAME).dependencies).toContain(
      `VersionPublication ${NEWER}`,
    );
    expect(find(registrations, "VersionPublication", NEWER).dependencies).not.toContain(
      `VersionPublication ${NAME}`,
    );
  },
);

test("a bad release leaves latest after the older one, which takes its place again, is back in it", async () => {
  const bad = build({ version: "20261121.0", ...OLD });
  const { registrations } = await published(AZURE, bad, build());
  expect(find(registrations, "VersionPublication", NEWER).dependencies).toContain(
    `VersionPublication ${NAME}`,
  );
});

test("asks first whether the names are free, or hold the same bytes", async () => {
  const { registrations } = await published(AZURE, build());
  const sha256 = "a".repeat(64);
  expect(find(registrations, "Preflight", "demo-20261120.0").inputs).toMatchObject({
    disks: [{ name: "demo-x86_64-20261120-0", sha256 }],
    versions: [{ name: "demo-x86_64/0.20261120.0", sha256 }],
  });
});

test("a disk without SHA-256 is known by its block map", async () => {
  const { registrations } = await published(AZURE, withoutSha256(build()));
  const digest = `block-map:${"d".repeat(64)}`;
  expect(find(registrations, "DiskContent", NAME).inputs).toMatchObject({ sha256: digest });
  expect(find(registrations, "Disk", NAME).inputs).toMatchObject({ tags: { "imprimatur:digest": digest } });
});
