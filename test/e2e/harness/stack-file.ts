interface StackFile {
  product: string;
  version: string;
  /** Relative to the project's folder. */
  imageFile: string;
  /** AWS regions; the first is the home region. */
  regions: string[];
  /**
   * Azure regions, the first is the home region; if given, the release is published on Google Cloud and Azure too.
   */
  azureRegions?: string[];
}

/** A stack file as a publisher would write it: public everywhere, not protected because tests tear down. */
export function stackFile({ product, version, imageFile, regions, azureRegions }: StackFile): string {
  return JSON.stringify({
    config: {
      "imprimatur:product": { name: product, publisher: "Test", provenance: "official" },
      "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
      "imprimatur:releases": [{ version, state: "published", imageFile, protect: false }],
      "imprimatur:allow": ["make-public"],
      "imprimatur:aws": {
        homeRegion: regions[0],
        regions: Object.fromEntries(regions.map((region) => [region, {}])),
        sharing: { public: true },
      },
      ...(azureRegions && {
        "imprimatur:gcp": {
          project: "rehearsal-publisher",
          bucket: { name: `${product}-archives`, location: "eu" },
          sharing: { public: true },
        },
        "imprimatur:azure": {
          resourceGroup: { name: product },
          location: azureRegions[0],
          gallery: { name: product },
          regions: Object.fromEntries(azureRegions.map((region) => [region, {}])),
        },
      }),
    },
  });
}

/** The program's outputs for one release. */
interface ReleaseOutputs {
  aws: Record<string, Record<string, string>>;
  snapshots: Record<string, Record<string, string>>;
  /** By architecture; only where Google Cloud is published to. */
  gcp?: Record<string, string>;
  azure?: Record<string, string>;
  proof: {
    aws: Record<string, Record<string, string>>;
    gcp?: Record<string, string>;
    azure?: Record<string, string>;
  };
}

export interface StackOutputs {
  releases: Record<string, ReleaseOutputs>;
  shared: { azure?: { gallery: string; publicName?: string } };
}
