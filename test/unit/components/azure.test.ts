import { openAzure } from "../../../components/azure/cloud";
import type { ReleaseBuild } from "../../../components/cloud";
import { build, stackOf } from "./builds";
import { find, namesOf, registrationsOf } from "./registrations";

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
const MIB = 1024 ** 2;

async function published(azure: Record<string, unknown>, ...builds: ReleaseBuild[]) {
  const config = stackOf({ azure }, builds);
  if (!config.azure) throw new Error("no azure");
  const args = { config: config.azure, product: config.product, stack: "test", builds, after: [] };
  return registrationsOf(() => {
    const cloud = openAzure(args);
    const releases = builds.map((of) => {
      const { images, proof } = cloud.publish(of, {});
      return { images, proof };
    });
    return { outputs: { releases, shared: cloud.finish?.() } };
  });
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
      expect.arrayContaining([`Verification ${NAME}`, "Verification demo-20261120.0-arm64"]),
    );
  });

  test("is a version of three integers in every region, with that region's replicas", async () => {
    const { registrations } = await published(AZURE, build({ endOfLife: "2030-01-01T00:00:00Z" }));
    expect(find(registrations, "GalleryImageVersion", NAME).inputs).toMatchObject({
      galleryImageVersionName: "0.20261120.0",
      publishingProfile: {
        excludeFromLatest: false,
        endOfLifeDate: "2030-01-01T00:00:00Z",
        targetRegions: [
          { name: "westeurope", regionalReplicaCount: 1, storageAccountType: "Standard_LRS" },
          { name: "eastus", regionalReplicaCount: 3, storageAccountType: "Premium_LRS" },
        ],
      },
      safetyProfile: { allowDeletionOfReplicatedLocations: true },
    });
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
      const profile = find(registrations, "GalleryImageVersion", NAME).inputs.publishingProfile as {
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

test("a resource group that is there already is neither made nor removed", async () => {
  const { registrations } = await published(
    { ...AZURE, resourceGroup: { name: "demo", exists: true } },
    build(),
  );
  expect(namesOf(registrations, "ResourceGroup")).toEqual([]);
  const made = await published(AZURE, build());
  expect(namesOf(made.registrations, "ResourceGroup")).toEqual(["demo-gallery"]);
});

test("gallery, definitions and group are protected while any release is", async () => {
  const protectedKinds = async (state: "published" | "withdrawn") =>
    (await published(AZURE, build({ state }))).registrations
      .filter((of) => of.protect)
      .map(({ kind }) => kind)
      .sort();
  expect(await protectedKinds("published")).toEqual([
    "Disk",
    "DiskContent",
    "Gallery",
    "GalleryImage",
    "GalleryImageVersion",
    "ResourceGroup",
  ]);
  expect(await protectedKinds("withdrawn")).toEqual([]);
});

test("an old release leaves latest after the new one was verified", async () => {
  const { registrations } = await published(
    AZURE,
    build({ version: "20261121.0" }),
    build({ state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" }),
  );
  expect(find(registrations, "GalleryImageVersion", NAME).dependencies).toContain(
    "Verification demo-20261121.0-x86_64",
  );
  expect(find(registrations, "GalleryImageVersion", "demo-20261121.0-x86_64").dependencies).not.toContain(
    `Verification ${NAME}`,
  );
});
