import { smallRelease } from "../../e2e/harness/small-disk";
import type { Rehearsed } from "../../e2e/harness/rehearsed";
import { stackFile } from "../../e2e/harness/stack-file";

export const REGIONS = ["eu-central-1", "us-east-1"];
export const AZURE_REGIONS = ["westeurope", "eastus"];

const COMMUNITY = {
  publicNamePrefix: "imprimatur",
  publisherUri: "https://imprimatur.example",
  publisherContact: "images@imprimatur.example",
  eula: "https://imprimatur.example/eula",
};

/** A stack with a new disk on three clouds, public, with a record. @returns its product */
export async function newStack(
  rehearsed: Rehearsed,
  name: string,
  kmsKey: string | undefined,
): Promise<string> {
  const { checkout } = rehearsed;
  await rehearsed.pulumi(["stack", "init", name]);
  const imageFile = await smallRelease(checkout, name, "1");
  const file = stackFile({
    product: name,
    version: "1",
    imageFile,
    regions: REGIONS,
    azureRegions: AZURE_REGIONS,
  });
  const { config } = JSON.parse(file) as { config: Record<string, Record<string, unknown>> };
  config["imprimatur:checks"] = { input: "optional", policy: "optional" };
  config["imprimatur:record"] = kmsKey === undefined ? {} : { signWith: { kms: `awskms:///${kmsKey}` } };
  Object.assign(config["imprimatur:aws"]!, { pointers: ["/{product}/{architecture}/latest"] });
  // The user's cache remembers begun uploads by bucket: not another rehearsal's.
  Object.assign(config["imprimatur:gcp"]!, { bucket: { name: `${name}-${process.pid}`, location: "eu" } });
  Object.assign(config["imprimatur:azure"]!, {
    gallery: { name: name.replace(/-/g, "_"), sharing: { community: COMMUNITY } },
  });
  checkout.write(`stacks/Pulumi.${name}.yaml`, JSON.stringify({ config }));
  return name;
}
