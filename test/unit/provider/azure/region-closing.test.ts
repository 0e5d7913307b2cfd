import type { Properties } from "../../../../plugin/resource";
import { azureAccess } from "../../../../config/azure/access";
import { currentAccessIn } from "../../../../config/access";
import { regionClosingHandler } from "../../../../provider/azure/region-closing";
import { Harness } from "../harness";

const harness = new Harness();
afterAll(() => harness.stop());

const handler = regionClosingHandler({ limit: 1_000, again: 1_000, silence: 60_000 });
const EVERYWHERE = ["westeurope", "eastus", "northeurope"];
// Nobody may have the version: its own closing deletes it, so that this one asks no cloud and keeps its books.
const PLACE = {
  ...{ resourceGroup: "rehearsal", gallery: "demo", definition: "demo", version: "0.1.0", allowed: false },
};

/** What the closing keeps after an update from what it kept before, and what its preview says. */
async function closedRegions(kept: Properties, regions: readonly string[], begun?: number) {
  const inputs = { ...PLACE, regions, ...(begun !== undefined && { begun }) };
  const old = { inputs: { ...PLACE, regions: kept.regions }, outputs: { ...PLACE, ...kept } };
  const done = await handler.update!("closing", old, inputs, harness.call());
  const planned = await handler.plan!(old, inputs, harness.call());
  return { closedRegions: done.closedRegions, planned: planned.closedRegions, closings: done.closings };
}

const CLOSED = { closings: 2, open: "", openFor: [], closedRegions: { eastus: 2 } };

test.each([
  {
    what: "nothing is closed: what was closed before is still known",
    kept: { ...CLOSED, regions: ["westeurope"] },
    regions: ["westeurope"],
    now: { closings: 2, closedRegions: { eastus: 2 } },
  },
  {
    what: "a region comes back: only its publication makes it open again",
    kept: { ...CLOSED, regions: ["westeurope"] },
    regions: ["westeurope", "eastus"],
    now: { closings: 2, closedRegions: { eastus: 2 } },
  },
  {
    what: "another region is closed: each keeps its own number",
    kept: { ...CLOSED, regions: ["westeurope", "northeurope"] },
    regions: ["westeurope"],
    now: { closings: 3, closedRegions: { eastus: 2, northeurope: 3 } },
  },
  {
    what: "one that stayed open is tried again: it has the number of the last time",
    kept: { ...CLOSED, regions: ["westeurope"], open: "northeurope is open", openFor: ["northeurope"] },
    regions: ["westeurope"],
    now: { closings: 3, closedRegions: { eastus: 2, northeurope: 3 } },
  },
  {
    what: "one that was begun and is wanted again: nobody knows which it took",
    kept: { ...CLOSED, regions: EVERYWHERE },
    regions: EVERYWHERE,
    begun: 2,
    now: { closings: 3, closedRegions: { westeurope: 3, eastus: 3, northeurope: 3 } },
  },
])("$what", async ({ kept, regions, begun, now }) => {
  const after = await closedRegions(kept, regions, begun);
  expect({ closings: after.closings, closedRegions: after.closedRegions }).toEqual(now);
  // A preview knows it unless a cloud is asked.
  if (now.closings === kept.closings) expect(after.planned).toEqual(now.closedRegions);
});

test("a region whose closing failed, and was repeated, is had there by nobody: its publication is of before", async () => {
  const kept = { ...CLOSED, closedRegions: {}, closings: 1, regions: ["westeurope"], openFor: ["eastus"] };
  const again = await closedRegions({ ...kept, open: "eastus is open" }, ["westeurope"]);
  const targetRegions = ["westeurope", "eastus"].map((name) => ({ name }));
  const name = "demo-1.0.0-x86_64";
  const access = currentAccessIn(
    [
      { type: "imprimatur:index:Lifecycle", name: "demo", outputs: {} },
      { type: "imprimatur:component:Release", name: "demo-1.0.0", outputs: {} },
      { type: "azure-native:compute:GalleryImageVersion", name, outputs: {} },
      { type: "imprimatur:azure:VersionPublication", name, outputs: { targetRegions } },
      { type: "imprimatur:azure:GallerySharing", name: "demo-gallery", outputs: { community: true } },
      {
        type: "imprimatur:azure:RegionClosing",
        name: `${name}-regions`,
        outputs: { regions: ["westeurope"], closings: again.closings, closedRegions: again.closedRegions },
      },
    ],
    { azure: { access: azureAccess } },
  );
  const has = (region: string) => access.images["1.0.0"]?.azure?.[region]?.x86_64?.has;
  expect({ westeurope: has("westeurope"), eastus: has("eastus") }).toEqual({
    westeurope: ["public"],
    eastus: [],
  });
});
