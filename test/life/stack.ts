import type { ReleaseState } from "../../config/release";

/** The keys that one step of the life sets; the rest of the stack file stays as it is. */
export interface Life {
  readonly releases: readonly Line[];
  readonly aws: Record<string, unknown>;
  readonly gcp: Record<string, unknown>;
  readonly azure: Record<string, unknown>;
}

export interface Line {
  readonly version: string;
  readonly state: ReleaseState;
  readonly deprecateOn?: string;
  readonly endOfLife?: string;
  readonly reason?: string;
}

export const PRODUCT = "life";
export const [OLD, NEW] = ["20261120.0", "20261121.0"] as const;
export const ORGANISATION = "arn:aws:organizations::111111111111:organization/o-rehearsal01";
const UNIT = "arn:aws:organizations::111111111111:ou/o-rehearsal01/ou-rehe-engineering1";

/** A staged release on three clouds, by a stack file that gives nearly every key. */
export const BEGINNING: Life = {
  releases: [{ version: OLD, state: "staged" }],
  aws: {
    accountId: "111111111111",
    homeRegion: "eu-central-1",
    regions: {
      "eu-central-1": {},
      "us-east-1": {},
      "eu-west-1": { sharing: { accounts: ["222222222222"], organizations: [ORGANISATION] } },
    },
    sharing: { public: true, accounts: ["333333333333"], organizationalUnits: [UNIT] },
    pointers: ["/images/{product}/{architecture}/latest", "/{product}/{architecture}/newest"],
    image: {
      nameTemplate: "{product}-{variant}-{architecture}-{version}",
      description: "{product} {version} for {architecture}",
      imdsSupport: "optional",
      enaSupport: true,
      rootDeviceName: "/dev/sda1",
      volumeType: "gp2",
      tags: { team: "images", stage: "one" },
    },
  },
  gcp: {
    project: "rehearsal-publisher",
    bucket: { name: `life-${process.pid}-archives`, location: "eu" },
    family: "{product}-{variant}-{architecture}",
    sharing: { public: true, principals: ["group:Partners@Example.org", "domain:example.org"] },
    image: {
      nameTemplate: "{product}-{variant}-{architecture}-{version}",
      description: "{product} {version} for {architecture}",
      storageLocations: ["eu"],
      guestOsFeatures: { x86_64: ["GVNIC", "UEFI_COMPATIBLE", "SEV_CAPABLE"] },
      labels: { team: "images", stage: "one" },
      licenses: ["projects/vm-options/global/licenses/enable-vmx"],
    },
  },
  azure: {
    resourceGroup: { name: PRODUCT },
    location: "westeurope",
    gallery: { name: PRODUCT, description: "Images of the life" },
    definition: { publisher: "Test", offer: "life", hibernation: true, diskControllerTypes: "SCSI" },
    regions: { westeurope: {}, eastus: { replicas: 2, storageAccountType: "Premium_LRS" }, northeurope: {} },
    replicas: 1,
    storageAccountType: "Standard_LRS",
    tags: { team: "images", stage: "one" },
  },
};

/** Sharing that lets everyone on Azure see a gallery. */
export const COMMUNITY = {
  community: {
    publicNamePrefix: "imprimatur",
    publisherUri: "https://imprimatur.example",
    publisherContact: "images@imprimatur.example",
    eula: "https://imprimatur.example/eula",
  },
};

export function stackFileOf({ releases, aws, gcp, azure }: Life): string {
  return JSON.stringify({
    config: {
      "imprimatur:product": { name: PRODUCT, publisher: "Test", provenance: { basedOn: "Another" } },
      "imprimatur:checks": { input: "optional", policy: "optional" },
      "imprimatur:record": {},
      "imprimatur:allow": ["make-public", "new-region", "shorten-end-of-life", "delete-published"],
      "imprimatur:releases": releases.map((line) => ({
        ...line,
        imageFile: `images/${PRODUCT}/${line.version}.json`,
        protect: false,
      })),
      "imprimatur:aws": aws,
      "imprimatur:gcp": gcp,
      "imprimatur:azure": azure,
    },
  });
}

/** The same with some keys changed; `undefined` removes a key. Lists are replaced whole. */
export function changed(life: Life, change: Partial<{ [K in keyof Life]: object }>): Life {
  return merged(life, change) as Life;
}

function merged(one: unknown, other: unknown): unknown {
  if (!isMapping(one) || !isMapping(other)) return other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...keys].flatMap((key) => {
      const value = key in other ? merged(one[key], other[key]) : one[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
