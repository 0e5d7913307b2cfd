import { compareDisk } from "../../../audit/azure/compare";
import { compareForStranger } from "../../../audit/azure/stranger";
import { compareGallery } from "../../../audit/azure/compare-gallery";
import { compareVersion, foreignVersions } from "../../../audit/azure/compare-version";
import { compareDefinition } from "../../../audit/azure/compare-definition";
import {
  expectedOfAzure,
  type ExpectedGallery,
  type ExpectedVersion,
} from "../../../audit/azure/expectations";
import { Deployment } from "../../../audit/deployment";
import type { Finding } from "../../../audit/finding";
import type { SharedGallery } from "../../../clouds/azure/gallery-sharing";
import type { ComputeGallery, GalleryVersion } from "../../../clouds/azure/api/galleries";
import { exportOf, state } from "./exported";

const GALLERY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/gal";
const DEFINITION = `${GALLERY}/images/demo`;
const VERSION: ExpectedVersion = {
  release: "1.0",
  id: `${DEFINITION}/versions/0.1.0`,
  tags: { a: "1" },
  wholeTags: true,
  targetRegions: [
    { name: "westeurope", regionalReplicaCount: 1, storageAccountType: "Standard_LRS" },
    { name: "eastus", regionalReplicaCount: 2, storageAccountType: "Standard_LRS" },
  ],
  excludeFromLatest: false,
  endOfLifeDate: "2029-01-01T00:00:00Z",
  shared: true,
};
const REGIONS = [
  { name: "West Europe", regionalReplicaCount: 1, storageAccountType: "Standard_LRS" },
  { name: "East US", regionalReplicaCount: 2, storageAccountType: "Standard_LRS" },
];
const PROFILE = {
  targetRegions: REGIONS,
  excludeFromLatest: false,
  endOfLifeDate: "2029-01-01T00:00:00.000Z",
};
const SEEN: GalleryVersion = {
  id: VERSION.id,
  location: "westeurope",
  name: "0.1.0",
  tags: { a: "1" },
  properties: { publishingProfile: PROFILE },
};

const brief = (findings: readonly Finding[]) =>
  findings.map(
    ({ region, field, kind, repair, expected, found }) =>
      `${region} ${field}: ${expected} → ${found} (${kind}, ${repair})`,
  );

describe("a gallery version", () => {
  test.each([
    { safetyProfile: undefined, finds: [] },
    {
      safetyProfile: { allowDeletionOfReplicatedLocations: true, blockDeletionBeforeEndOfLife: false },
      finds: [],
    },
    {
      safetyProfile: { blockDeletionBeforeEndOfLife: true },
      finds: ["global deletion protection: none → until its end of life, 2029-01-01 (extra, none)"],
    },
    {
      safetyProfile: { allowDeletionOfReplicatedLocations: false },
      finds: ["global removal from regions: allowed → forbidden (changed, none)"],
    },
  ])("with the safety profile $safetyProfile", ({ safetyProfile, finds }) => {
    const seen = {
      ...SEEN,
      properties: { publishingProfile: PROFILE, ...(safetyProfile && { safetyProfile }) },
    };
    const found = compareVersion(VERSION, seen);
    expect(brief(found)).toEqual(finds);
    for (const { cure } of found)
      expect(cure).toMatch(
        /`?(Update-AzGalleryImageVersion -ResourceId|az sig image-version update --ids) \S+/,
      );
    for (const { cure } of found) expect(cure).toContain(VERSION.id);
  });

  test.each([
    { what: "is gone", seen: undefined, finds: [] },
    { what: "is there", seen: SEEN, finds: ["global existence: not there → there (extra, up)"] },
    {
      what: "is being deleted",
      seen: { ...SEEN, properties: { provisioningState: "Deleting" } },
      finds: ["global existence: not there → being deleted (extra, up)"],
    },
  ])("that was closed by an up that did not end $what", ({ seen, finds }) => {
    expect(brief(compareVersion({ ...VERSION, closed: true }, seen))).toEqual(finds);
  });

  test.each([
    { what: "as it should be, regions under their display names", profile: {}, finds: [] },
    {
      what: "in fewer regions",
      profile: { targetRegions: REGIONS.slice(0, 1) },
      finds: ["eastus region: replicated → none (missing, up)"],
    },
    {
      what: "in one region more",
      profile: { targetRegions: [...REGIONS, { name: "Japan East" }] },
      finds: ["japaneast region: none → replicated (extra, up)"],
    },
    {
      what: "with other replicas, on other storage",
      profile: {
        targetRegions: [
          REGIONS[0]!,
          { name: "East US", regionalReplicaCount: 9, storageAccountType: "Premium_LRS" },
        ],
      },
      finds: [
        "eastus replicas: 2 → 9 (changed, up)",
        "eastus storage: Standard_LRS → Premium_LRS (changed, up)",
      ],
    },
    {
      what: "hidden from latest",
      profile: { excludeFromLatest: true },
      finds: ["global left out of latest: false → true (changed, up)"],
    },
    {
      what: "without an end of life",
      profile: { endOfLifeDate: undefined },
      finds: ["global end of life: 2029-01-01T00:00:00Z → none (missing, up)"],
    },
  ])("$what", ({ profile, finds }) => {
    const seen = { ...SEEN, properties: { publishingProfile: { ...PROFILE, ...profile } } };
    expect(brief(compareVersion(VERSION, seen))).toEqual(finds);
  });

  test("whose replication failed in a region needs somebody", () => {
    const replicationStatus = { summary: [{ region: "East US", state: "Failed", details: "no capacity" }] };
    const seen = { ...SEEN, properties: { ...SEEN.properties, replicationStatus } };
    expect(brief(compareVersion(VERSION, seen))).toEqual([
      "eastus replication: complete → failed: no capacity (hidden, none)",
    ]);
  });

  test("that is not ours is told, and worst is the one that users get as latest", () => {
    const foreign = (name: string, excludeFromLatest = false): GalleryVersion => ({
      id: `${DEFINITION}/versions/${name}`,
      location: "westeurope",
      name,
      properties: { publishingProfile: { excludeFromLatest } },
    });
    const found = foreignVersions(
      DEFINITION,
      [VERSION],
      [SEEN, foreign("0.0.9"), foreign("0.1.1", true), foreign("0.1.10"), foreign("0.1.9")],
      "dev",
    );
    expect(found.map(({ object, field }) => `${object.id} ${field}`)).toEqual([
      "gal/demo/0.0.9 existence",
      "gal/demo/0.1.1 existence",
      "gal/demo/0.1.10 latest",
      "gal/demo/0.1.9 existence",
    ]);
    expect(found[0]?.cure).toContain("--gallery-image-version 0.0.9");
  });
});

describe("a gallery", () => {
  const expected: ExpectedGallery = {
    id: GALLERY,
    tags: {},
    description: "",
    permissions: "Groups",
    community: {},
    sharing: { community: false, subscriptions: ["sub-1"], tenants: [] },
    sharingHeld: true,
  };
  const seen: ComputeGallery = {
    id: GALLERY,
    name: "gal",
    properties: { sharingProfile: { permissions: "Groups" } },
  };
  const shares: SharedGallery = {
    community: false,
    subscriptions: ["sub-1"],
    tenants: [],
    publicName: "",
    permissions: "Groups",
    tags: {},
  };
  const community = {
    permissions: "Community",
    sharing: { community: true, subscriptions: [], tenants: [] },
  };
  test.each([
    { what: "shared as it should be", finds: [] },
    {
      what: "shared with one subscription more",
      shares: { subscriptions: ["sub-1", "sub-2"] },
      finds: ["global sharing subscription sub-2: not shared → shared (extra, up)"],
    },
    {
      what: "shared, where no resource holds that",
      expected: { sharing: { community: false, subscriptions: [], tenants: [] }, sharingHeld: false },
      finds: ["global sharing subscription sub-1: not shared → shared (extra, none)"],
    },
    {
      what: "that was reset: what that does to its profile is not told again",
      expected: community,
      seen: { sharingProfile: { permissions: "Private" } },
      shares: { subscriptions: [] },
      finds: ["global sharing community: shared → not shared (missing, up)"],
    },
    {
      what: "whose public page was changed",
      expected: { ...community, community: { publisherUri: "https://a" } },
      seen: {
        sharingProfile: { permissions: "Community", communityGalleryInfo: { publisherUri: "https://b" } },
      },
      shares: { community: true, subscriptions: [] },
      finds: ["global community publisherUri: https://a → https://b (changed, up)"],
    },
  ])("$what", (given) => {
    const found = compareGallery(
      { ...expected, ...given.expected },
      { ...seen, ...(given.seen && { properties: given.seen }) },
      { ...shares, ...given.shares },
    );
    expect(brief(found)).toEqual(given.finds);
  });
});

test("a disk that waits for its bytes lost them", () => {
  const expected = { id: `${GALLERY}/disks/d`, tags: {} };
  const disk = (diskState: string) => ({ id: expected.id, properties: { diskState } });
  expect(compareDisk(expected, disk("Unattached"))).toEqual([]);
  expect(brief(compareDisk(expected, disk("ReadyToUpload")))).toEqual([
    "global content: uploaded → waits for bytes (missing, up)",
  ]);
});

test("a disk with a read link cannot be deleted, and the cure is named", () => {
  const id = `${GALLERY}/disks/d`;
  const found = compareDisk({ id, tags: {} }, { id, properties: { diskState: "ActiveSAS" } });
  expect(brief(found)).toEqual([
    "global read link: none → granted, perhaps by a verification that was killed (extra, none)",
  ]);
  expect(found[0]?.cure).toContain(`az disk revoke-access --ids ${id}`);
});

describe("a definition", () => {
  const range = { vCPUs: { min: 1, max: 16 } };
  const expected = { id: DEFINITION, tags: {}, fields: { description: "demo", recommended: range } };
  const seen = { description: "demo", recommended: { vCPUs: { max: 16, min: 1 } }, osType: "Linux" };
  test.each([
    { what: "as it should be, its parts in another order", properties: {}, finds: [] },
    {
      what: "described otherwise",
      properties: { description: "x" },
      finds: ["global description: demo → x (changed, up)"],
    },
    {
      what: "with an end of life that nobody gave it",
      properties: { endOfLifeDate: "2027-01-01T00:00:00Z" },
      finds: ["global endOfLifeDate: none → 2027-01-01T00:00:00Z (extra, up)"],
    },
    {
      what: "recommended for other machines",
      properties: { recommended: { vCPUs: { min: 2, max: 16 } } },
      finds: [
        'global recommended: {"vCPUs":{"max":16,"min":1}} → {"vCPUs":{"max":16,"min":2}} (changed, up)',
      ],
    },
    {
      what: "without its description",
      properties: { description: null },
      finds: ["global description: demo → none (missing, up)"],
    },
  ])("$what", ({ properties, finds }) => {
    const definition = { id: DEFINITION, name: "demo", properties: { ...seen, ...properties } };
    expect(brief(compareDefinition(expected, definition))).toEqual(finds);
  });
});

test.each([
  { what: "published and seen everywhere", open: true, westeurope: ["0.1.0"], eastus: ["0.1.0"], finds: [] },
  {
    what: "published and not seen in one region",
    open: true,
    westeurope: ["0.1.0"],
    eastus: ["0.0.9"],
    finds: ["eastus visibility: seen by others → not seen (hidden, none)"],
  },
  {
    what: "not published and seen",
    open: false,
    westeurope: ["0.1.0"],
    eastus: [],
    finds: ["westeurope visibility: seen by nobody else → seen (extra, none)"],
  },
])("a stranger on Azure: a version $what", ({ open, westeurope, eastus, finds }) => {
  const seen = new Map(
    Object.entries({ westeurope, eastus }).map(([region, names]) => [
      region,
      names.map((name) => ({ name })),
    ]),
  );
  expect(brief(compareForStranger(VERSION, open, seen))).toEqual(finds);
});

test.each([
  { of: "the version that was read back", publishedDate: "2026-11-20T13:00:00.1234567+00:00", finds: [] },
  {
    of: "another one under its number",
    publishedDate: "2026-11-21T13:00:00.1234567+00:00",
    finds: [
      "global identity: made at 2026-11-20T13:00:00Z → made at 2026-11-21T13:00:00.1234567+00:00 (changed, up)",
    ],
  },
])("$of", ({ publishedDate, finds }) => {
  const expected = { ...VERSION, identity: { createdAt: "2026-11-20T13:00:00Z" } };
  const seen = { ...SEEN, properties: { publishingProfile: { ...PROFILE, publishedDate } } };
  expect(brief(compareVersion(expected, seen))).toEqual(finds);
});

test.each([
  { of: "the disk that was read back", uniqueId: "1", finds: [] },
  { of: "another one of its name", uniqueId: "2", finds: ["global identity: 1 → 2 (changed, up)"] },
])("$of", ({ uniqueId, finds }) => {
  const expected = { id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d", tags: {} };
  const seen = { id: expected.id, properties: { uniqueId } };
  expect(brief(compareDisk({ ...expected, identity: { uid: "1" } }, seen))).toEqual(finds);
});

describe("the features of a definition", () => {
  const feature = (name: string, value: string) => ({ name, value });
  const features = [feature("SecurityType", "Standard"), feature("DiskControllerTypes", "SCSI, NVMe")];
  test.each([
    { wanted: features, found: [...features].reverse(), finds: [] },
    { wanted: features.slice(1), found: features, finds: [] },
    { wanted: [...features, feature("IsHibernateSupported", "False")], found: features, finds: [] },
    { wanted: features, found: features.slice(1), finds: [] },
    { wanted: features, found: [feature("securityType", "standard"), features[1]!], finds: [] },
    {
      wanted: features,
      found: [feature("SecurityType", "TrustedLaunchSupported"), feature("IsHibernateSupported", "True")],
      finds: [
        "global feature SecurityType: Standard → TrustedLaunchSupported (changed, none)",
        "global feature DiskControllerTypes: SCSI, NVMe → none (missing, none)",
        "global feature IsHibernateSupported: none → True (extra, none)",
      ],
    },
  ])("$found", ({ wanted, found, finds }) => {
    const seen = { id: DEFINITION, name: "demo", properties: { features: found } };
    const expected = { id: DEFINITION, tags: {}, fields: { features: wanted } };
    expect(brief(compareDefinition(expected, seen))).toEqual(finds);
  });
});

test("a version is expected to be gone where the stack says so, whatever else its state has", () => {
  const names = ["0.1.0", "0.2.0"];
  const place = { resourceGroup: "G", gallery: "gal", definition: "demo" };
  const resources = names.flatMap((version) => [
    state("azure-native:compute:GalleryImageVersion", version, `${DEFINITION}/versions/${version}`, {}),
    state("imprimatur:azure:VersionClosing", version, version, {
      ...place,
      version,
      allowed: version === "0.2.0",
    }),
  ]);
  const { versions } = expectedOfAzure(Deployment.parse(exportOf(resources)));
  expect(versions.map(({ closed }) => closed)).toEqual([true, undefined]);
});
