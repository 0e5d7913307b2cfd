import type { ReleaseState } from "../../../config/release";

/** A release in each state, oldest first. */
export const EVERY_STATE: Readonly<Record<string, ReleaseState>> = {
  "20261101.0": "withdrawn",
  "20261105.0": "deprecated",
  "20261110.0": "published",
  "20261115.0": "published",
  "20261120.0": "staged",
};

/** A stack on three clouds with a release in each state, shared in each way that a stack can share. */
export function everyStateStack(product: string): string {
  return JSON.stringify(
    {
      config: {
        "imprimatur:product": { name: product, publisher: "Test", provenance: "official" },
        "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
        "imprimatur:releases": Object.entries(EVERY_STATE).map(([version, state]) => ({
          version,
          state,
          imageFile: `images/${product}/${version}.json`,
          ...(state !== "staged" && {
            deprecateOn: "2027-06-01T00:00:00Z",
            endOfLife: "2028-06-01T00:00:00Z",
          }),
        })),
        "imprimatur:allow": ["make-public"],
        "imprimatur:aws": {
          homeRegion: "eu-central-1",
          regions: { "eu-central-1": {}, "us-east-1": { sharing: { accounts: ["222222222222"] } } },
          sharing: { public: true },
          pointers: ["/images/{product}/{architecture}/latest"],
        },
        "imprimatur:gcp": {
          project: "rehearsal-publisher",
          bucket: { name: `${product}-archives`, location: "eu" },
          sharing: { public: true, principals: ["group:partners@example.org"] },
        },
        "imprimatur:azure": {
          resourceGroup: { name: product },
          location: "westeurope",
          gallery: {
            name: product,
            sharing: {
              community: {
                publicNamePrefix: "imprimatur",
                publisherUri: "https://imprimatur.example",
                publisherContact: "images@imprimatur.example",
                eula: "https://imprimatur.example/eula",
              },
            },
          },
          regions: { westeurope: {}, eastus: { replicas: 2 } },
        },
      },
    },
    null,
    2,
  );
}
