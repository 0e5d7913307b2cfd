/** Actions of the native provider, or of a person in Azure's portal, for tests of our own provider. */
import { askAzure, runAzure } from "../administrator";
import type { RunningCloud } from "../../../rehearsal/cloud";
import type { Harness } from "../../unit/provider/harness";

/** Starts the stand-in of Azure with a resource group, a disk, and a definition in a private gallery of this name. */
export async function startAzure(
  harness: Harness,
  gallery: string,
): Promise<{ cloud: RunningCloud; disk: string; definition: string }> {
  const cloud = await runAzure(harness, 0.01);
  await arm(rehearsalGroup(), "2024-03-01", { location: "westeurope" });
  const disk = await emptyDisk("source");
  return { cloud, disk, definition: await privateDefinition(gallery) };
}

export function rehearsalGroup(): string {
  return `/subscriptions/${process.env.ARM_SUBSCRIPTION_ID}/resourceGroups/rehearsal`;
}

interface Body {
  tags?: Record<string, string>;
  properties: Record<string, unknown> & { provisioningState: string };
}

export async function seen(id: string, apiVersion: string, query = ""): Promise<Body> {
  return (await (await askAzure("GET", id, apiVersion, undefined, query)).json()) as Body;
}

/** Sends a PUT and waits until the object exists. */
export async function arm(id: string, apiVersion: string, body: object): Promise<void> {
  const made = await askAzure("PUT", id, apiVersion, body);
  if (made.status > 202) throw new Error(`PUT ${id}: ${await made.text()}`);
  for (let state = ""; state !== "Succeeded";) {
    state = (await seen(id, apiVersion)).properties.provisioningState;
    if (state === "Failed") throw new Error(`PUT ${id}: it failed`);
  }
}

/** An empty disk from which a version can be created. */
export async function emptyDisk(name: string, tags: Record<string, string> = {}): Promise<string> {
  const id = `${rehearsalGroup()}/providers/Microsoft.Compute/disks/${name}`;
  await arm(id, "2024-03-02", {
    location: "westeurope",
    tags,
    sku: { name: "Standard_LRS" },
    properties: {
      osType: "Linux",
      hyperVGeneration: "V2",
      diskSizeGB: 1,
      creationData: { createOption: "Empty" },
    },
  });
  return id;
}

/** A private gallery with a definition. @returns the definition's id */
async function privateDefinition(gallery: string): Promise<string> {
  const id = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/${gallery}`;
  await arm(id, "2024-03-03", { location: "westeurope", properties: {} });
  await arm(`${id}/images/demo`, "2024-03-03", {
    location: "westeurope",
    properties: {
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
      architecture: "x64",
      identifier: { publisher: "p", offer: "o", sku: "s" },
    },
  });
  return `${id}/images/demo`;
}
