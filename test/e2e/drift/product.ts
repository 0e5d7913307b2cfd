import { expectSuccess, type Rehearsed } from "../harness/rehearsed";

export const PROJECT = "rehearsal-publisher";
export const HOME = "eu-central-1";
export const POINTER = "/images/demo/x86_64/latest";

/** The demo's raw disk as three releases: an old one, the current one, and a staged one. */
const RELEASES = [
  { version: "20261120.0", state: "deprecated" },
  { version: "20261125.0", state: "published" },
  { version: "20261126.0", state: "staged" },
] as const;
export const [OLD, CURRENT, STAGED] = RELEASES.map(({ version }) => version) as [string, string, string];

export function driftStack(): string {
  return JSON.stringify({
    config: {
      "imprimatur:product": {
        name: "demo",
        publisher: "Test",
        provenance: { basedOn: "Another" },
        description: "A demo",
      },
      "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
      "imprimatur:releases": RELEASES.map(({ version, state }) => ({
        version,
        state,
        imageFile: `images/demo/${version}.json`,
        deprecateOn: "2028-06-01T00:00:00Z",
        endOfLife: "2029-06-01T00:00:00Z",
        protect: false,
      })),
      "imprimatur:allow": ["make-public", "delete-published"],
      "imprimatur:aws": {
        homeRegion: HOME,
        regions: { [HOME]: {}, "eu-west-1": {}, "us-east-1": {} },
        sharing: { public: true },
        pointers: ["/images/{product}/{architecture}/latest"],
        image: { imdsSupport: "optional" },
      },
      "imprimatur:gcp": {
        project: PROJECT,
        bucket: { name: "drift-archives", location: "eu" },
        sharing: { public: true },
      },
      "imprimatur:azure": {
        resourceGroup: { name: "drift" },
        location: "westeurope",
        gallery: {
          name: "drift",
          sharing: {
            community: {
              publicNamePrefix: "drifting",
              publisherUri: "https://drift.example",
              publisherContact: "images@drift.example",
              eula: "https://drift.example/eula",
            },
          },
        },
        regions: { westeurope: {}, eastus: {} },
      },
    },
  });
}

/** Writes the stack file, and an image file for each release: all of the same raw disk. */
export async function writeProduct(rehearsed: Rehearsed): Promise<void> {
  const { checkout, stack } = rehearsed;
  for (const version of [CURRENT, STAGED]) {
    const file = `images/demo/${version}.json`;
    expectSuccess(await rehearsed.inspect("images/demo/demo.raw", "demo", version, file));
  }
  checkout.write(`stacks/Pulumi.${stack}.yaml`, driftStack());
}
