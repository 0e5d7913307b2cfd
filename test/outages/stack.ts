/** A release that is public on three clouds, and the ways to take it away: as stack files. */
import { stackFile } from "../e2e/harness/stack-file";

export const ROADS = ["withdraw", "narrow", "remove"] as const;
export type Road = (typeof ROADS)[number];

export const STACK = "outage";
export const PRODUCT = "outage";
export const VERSION = "20261120.0";
export const REGIONS = ["eu-central-1", "us-east-1"] as const;
export const AZURE_REGION = "westeurope";
const COMMUNITY = {
  ...{ publicNamePrefix: "outage", publisherUri: "https://imprimatur.example" },
  ...{ publisherContact: "images@imprimatur.example", eula: "https://imprimatur.example/eula" },
};
const ALLOW = ["make-public", "new-region", "delete-published"];

/** @param road the way in which it is taken away; absent: it is public */
export function stackOf(imageFile: string, road?: Road): string {
  const file = { product: PRODUCT, version: VERSION, imageFile, regions: [...REGIONS] };
  const { config } = JSON.parse(stackFile({ ...file, azureRegions: [AZURE_REGION] })) as {
    config: Record<string, Record<string, unknown>>;
  };
  const isPublic = road !== "narrow";
  const part = (cloud: string, values: object) => Object.assign(config[`imprimatur:${cloud}`]!, values);
  Object.assign(config, { "imprimatur:allow": ALLOW });
  // Published again after the withdrawal of the case before it: a reason is asked for.
  const [release] = config["imprimatur:releases"] as unknown as object[];
  Object.assign(release!, { reason: "it was sound" });
  part("aws", { sharing: isPublic ? { public: true } : { accounts: ["333333333333"] } });
  part("gcp", { sharing: isPublic ? { public: true } : { principals: ["user:friend@example.com"] } });
  part("azure", { gallery: { name: PRODUCT, sharing: isPublic ? { community: COMMUNITY } : {} } });
  if (road === "remove") {
    part("aws", { regions: { [REGIONS[0]]: {} } });
    delete config["imprimatur:gcp"];
    delete config["imprimatur:azure"];
  }
  return JSON.stringify({ config });
}
