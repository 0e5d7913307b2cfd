export interface StackFile {
  product: string;
  version: string;
  /** Relative to the project's folder. */
  imageFile: string;
  /** The first is the home region. */
  regions: string[];
}

/** A stack file as a publisher would write it: public everywhere, not protected because tests tear down. */
export function stackFile({ product, version, imageFile, regions }: StackFile): string {
  return JSON.stringify({
    config: {
      "imprimatur:product": { name: product, publisher: "Test", provenance: "official" },
      "imprimatur:releases": [{ version, state: "published", imageFile, protect: false }],
      "imprimatur:aws": {
        homeRegion: regions[0],
        regions: Object.fromEntries(regions.map((region) => [region, {}])),
        sharing: { public: true },
      },
    },
  });
}

/** What the program shows of one release. */
export interface ReleaseOutputs {
  aws: Record<string, Record<string, string>>;
  snapshots: Record<string, Record<string, string>>;
  proof: { aws: Record<string, Record<string, string>> };
}

export interface StackOutputs {
  releases: Record<string, ReleaseOutputs>;
}
