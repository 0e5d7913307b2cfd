import type { Properties } from "../../../plugin/resource";
import { regionClosingHandler } from "../../../provider/azure/region-closing";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { arm, seen, startAzure } from "./azure-arm";
import { Harness } from "../../unit/provider/harness";

const API = "2024-03-03";
let harness: Harness;
let cloud: RunningCloud;
let definition: string;
let disk: string;
let count = 0;
beforeAll(async () => {
  harness = new Harness();
  ({ cloud, disk, definition } = await startAzure(harness, "regions"));
});
afterAll(() => harness.stop());
afterEach(async () => {
  await cloud.fault!({ kind: "clear" });
  harness.shown.length = 0;
});

const handler = regionClosingHandler({ limit: 3_000, again: 3_000, silence: 60_000 });
const EVERYWHERE = ["westeurope", "eastus", "northeurope"];

async function made(stack = "dev"): Promise<{ id: string; inputs: Properties; outputs: Properties }> {
  const version = `0.0.${++count}`;
  const id = `${definition}/versions/${version}`;
  const publishingProfile = { targetRegions: EVERYWHERE.map((name) => ({ name, regionalReplicaCount: 2 })) };
  const properties = {
    publishingProfile: { ...publishingProfile, endOfLifeDate: "2030-01-01T00:00:00Z" },
    storageProfile: { osDiskImage: { source: { id: disk } } },
    safetyProfile: { allowDeletionOfReplicatedLocations: true },
  };
  await arm(id, API, { location: "westeurope", tags: { "imprimatur:stack": stack }, properties });
  const inputs = {
    ...{ resourceGroup: "rehearsal", gallery: "regions", definition: "demo", version },
    ...{ regions: EVERYWHERE, allowed: true },
  };
  const { outputs } = await handler.create(inputs, harness.call());
  return { id, inputs, outputs };
}

type Made = Awaited<ReturnType<typeof made>>;
const become = ({ inputs, outputs }: Omit<Made, "id">, change: Properties) =>
  handler.update!("x", { inputs, outputs }, { ...inputs, ...change }, harness.call());

async function profileOf(id: string) {
  const { properties } = await seen(id, API);
  const profile = properties.publishingProfile as {
    targetRegions: { name: string; regionalReplicaCount: number }[];
    endOfLifeDate?: string;
  };
  return {
    regions: profile.targetRegions.map(({ name }) => name.toLowerCase().replace(" ", "")).sort(),
    replicas: [...new Set(profile.targetRegions.map((each) => each.regionalReplicaCount))],
    ends: profile.endOfLifeDate?.slice(0, 10),
  };
}

test("a region that is taken out is left at once, and nothing else of the version changes", async () => {
  const { id, inputs, outputs } = await made();
  expect(harness.requests.filter((line) => line.includes("PUT ") && line.includes(id))).toHaveLength(1);
  const closed = await become({ inputs, outputs }, { regions: ["westeurope", "northeurope"] });
  expect(closed).toMatchObject({ open: "", openFor: [], closings: 1, closedRegions: { eastus: 1 } });
  expect(await profileOf(id)).toEqual({
    regions: ["northeurope", "westeurope"],
    replicas: [2],
    ends: "2030-01-01",
  });
  // When the region is wanted again, this restores nothing: the publication does, which sees that its region was
  // closed.
  const before = harness.requests.length;
  const again = await become({ inputs, outputs: closed }, { regions: EVERYWHERE });
  expect(again).toMatchObject({ closings: 1, closedRegions: { eastus: 1 } });
  expect(harness.requests.slice(before)).toEqual([]);
});

test("what cannot be closed is told with the region, kept, and tried again", async () => {
  const { id, inputs, outputs } = await made();
  await cloud.fault!({ kind: "error", match: "/versions/", status: 503, times: 1_000 });
  const left = await become({ inputs, outputs }, { regions: ["westeurope", "northeurope"] });
  expect(left.open).toMatch(
    /^gallery version regions\/demo\/0\.0\.\d+ is still open for eastus: .*ServiceUnavailable/,
  );
  expect(left).toMatchObject({ openFor: ["eastus"], closings: 1, closedRegions: { eastus: 1 } });
  await cloud.fault!({ kind: "clear" });
  const narrow = { ...inputs, regions: ["westeurope", "northeurope"] };
  const closed = await become({ inputs: narrow, outputs: left }, {});
  expect(closed).toMatchObject({ open: "", openFor: [], closings: 2, closedRegions: { eastus: 2 } });
  expect((await profileOf(id)).regions).toEqual(["northeurope", "westeurope"]);
});

test("another stack's version stays where it is, and one that is not there is closed", async () => {
  const { id, ...each } = await made("other");
  expect((await become(each, { regions: ["westeurope"] })).open).toContain("this stack did not make it");
  expect((await profileOf(id)).regions).toHaveLength(3);
  const gone = { ...each.inputs, version: "9.9.9" };
  const closed = await become({ inputs: gone, outputs: { ...each.outputs, ...gone } }, { regions: [] });
  expect(closed.open).toBe("");
});

test("a version that nobody may have goes as a whole: its regions ask for nothing", async () => {
  const { id, ...each } = await made();
  const before = harness.requests.length;
  const closed = await become(each, { regions: ["westeurope"], allowed: false });
  expect(closed).toMatchObject({ open: "", closings: 1 });
  expect(harness.requests.slice(before)).toEqual([]);
  expect((await profileOf(id)).regions).toHaveLength(3);
});
