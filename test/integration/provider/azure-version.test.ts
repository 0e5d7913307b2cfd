import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { arm, seen, startAzure } from "./azure-arm";
import { failure, Harness } from "../../unit/provider/harness";

const API = "2024-03-03";
const region = (name: string, regionalReplicaCount = 1) => ({
  name,
  regionalReplicaCount,
  storageAccountType: "Standard_LRS",
});
const HOME = region("westeurope");
const TAGS = { "imprimatur:release": "1", team: "images" };

let harness: Harness;
let cloud: RunningCloud;
let definition: string;
let disk: string;
let count = 0;
beforeAll(async () => {
  harness = new Harness();
  ({ cloud, disk, definition } = await startAzure(harness, "versions"));
});
afterAll(() => harness.stop());

const handler = () => harness.handler("azure:VersionPublication");

/** A version as the native provider creates it, and the inputs wanted for it. */
async function staged(): Promise<{ versionId: string; inputs: Properties }> {
  const versionId = `${definition}/versions/0.0.${++count}`;
  await putVersion(versionId, { targetRegions: [HOME], excludeFromLatest: true }, TAGS);
  const targetRegions = [HOME, region("eastus", 3), region("southeastasia")];
  const endOfLifeDate = "2030-01-01T00:00:00Z";
  const wanted = { versionId, targetRegions, excludeFromLatest: false, endOfLifeDate, tags: TAGS };
  const { inputs } = handler().check!(wanted, {} as never);
  return { versionId, inputs: inputs! };
}

function putVersion(
  versionId: string,
  publishingProfile: object,
  tags: object,
  { safetyProfile = {}, api = API } = {},
): Promise<void> {
  const storageProfile = { osDiskImage: { source: { id: disk } } };
  const properties = { publishingProfile, safetyProfile, storageProfile };
  return arm(versionId, api, { location: "westeurope", tags, properties });
}

async function profileOf(versionId: string) {
  const { tags, properties } = await seen(versionId, API);
  const { targetRegions, excludeFromLatest } = properties.publishingProfile as {
    targetRegions: { name: string }[];
    excludeFromLatest: boolean;
  };
  return { regions: targetRegions.map(({ name }) => name).sort(), excludeFromLatest, tags };
}

test("a version that was staged comes to its regions and into latest, and has not drifted then", async () => {
  const { versionId, inputs } = await staged();
  const { id, outputs } = await handler().create(inputs, harness.call());
  expect(await profileOf(versionId)).toEqual({
    regions: ["East US", "Southeast Asia", "West Europe"],
    excludeFromLatest: false,
    tags: TAGS,
  });
  expect(await harness.inputsSeen("azure:VersionPublication", id, inputs, outputs)).toEqual(inputs);
  expect((await seen(versionId, API)).properties.storageProfile).toMatchObject({
    osDiskImage: { source: { id: disk } },
  });
});

test("a region that failed is named with its cure, latest waits, and the next update gets it there", async () => {
  const { versionId, inputs } = await staged();
  await cloud.fault?.({ kind: "replication", region: "eastus" });
  const failed = await failure(handler().create(inputs, harness.call()));
  expect(failed.message).toBe(
    `version versions/demo/0.0.${count} was not replicated to eastus (The replication job to East US failed with an ` +
      "internal error.); `pulumi up` takes the region out and adds it again, which is the only way; or leave it out of the config",
  );
  expect(failed).toMatchObject({ id: `${versionId}/publication`, outputs: inputs });
  expect(await profileOf(versionId)).toMatchObject({ excludeFromLatest: true });
  const found = await harness.inputsSeen("azure:VersionPublication", failed.id!, inputs, inputs);
  expect(found!.targetRegions).toEqual([region("southeastasia"), HOME]);
  await handler().update(failed.id!, { inputs, outputs: inputs }, inputs, harness.call());
  expect(await harness.inputsSeen("azure:VersionPublication", failed.id!, inputs, inputs)).toEqual(inputs);
});

test("a region that is left out of the config is left by the version", async () => {
  const { versionId, inputs } = await staged();
  await handler().create(inputs, harness.call());
  const fewer = { ...inputs, targetRegions: [region("eastus", 3), HOME] };
  await handler().update("x", { inputs, outputs: inputs }, fewer, harness.call());
  expect((await profileOf(versionId)).regions).toEqual(["East US", "West Europe"]);
});

test("what somebody changed is seen, and put right; tags of other people stay", async () => {
  const { versionId, inputs } = await staged();
  await handler().create(inputs, harness.call());
  await putVersion(
    versionId,
    { targetRegions: [HOME, region("eastus", 1)], excludeFromLatest: true },
    { team: "spoiled", costs: "42" },
  );
  const found = await handler().read("x", { inputs, outputs: inputs }, harness.call());
  expect(found!.inputs).toEqual({
    versionId,
    targetRegions: [region("eastus", 1), HOME],
    excludeFromLatest: true,
    endOfLifeDate: undefined,
    tags: { team: "spoiled" },
  });
  expect(Object.keys(handler().diff(found!, inputs, harness.call()).changes).sort()).toEqual([
    "endOfLifeDate",
    "excludeFromLatest",
    "tags",
    "targetRegions",
  ]);
  await handler().update("x", found!, inputs, harness.call());
  expect(await harness.inputsSeen("azure:VersionPublication", "x", inputs, inputs)).toEqual(inputs);
  expect((await profileOf(versionId)).tags).toEqual({ ...TAGS, costs: "42" });
});

test("one that is deleted is in its home region alone, out of latest; a version that is gone is fine", async () => {
  const { versionId, inputs } = await staged();
  await handler().create(inputs, harness.call());
  const old = { inputs, outputs: inputs };
  await handler().delete("x", old, harness.call());
  expect(await profileOf(versionId)).toMatchObject({ regions: ["West Europe"], excludeFromLatest: true });
  const gone = { versionId: `${definition}/versions/9.9.9` };
  await handler().delete("x", { inputs: gone, outputs: gone }, harness.call());
  expect(await handler().read("x", { inputs: gone, outputs: gone }, harness.call())).toBeUndefined();
});

test("stopped while Azure replicates: the next update waits for what was begun, and asks for latest only", async () => {
  const { versionId, inputs } = await staged();
  const puts = () =>
    harness.requests.filter((line) => line.includes("PUT") && line.includes(versionId)).length;
  const made = puts();
  const stop = new AbortController();
  // A busy machine brings other lines before this: of a version that is not settled yet, or a request that is tried again.
  const status = () => (puts() > made ? stop.abort() : undefined);
  const stopped = await failure(handler().create(inputs, { ...harness.call(stop.signal), status }));
  expect(stopped.message).toContain("stopped by request; Azure goes on");
  const before = puts();
  expect(before).toBe(made + 1);
  await handler().update(stopped.id!, { inputs, outputs: inputs }, inputs, harness.call());
  expect(puts()).toBe(before + 1);
  const { regions, excludeFromLatest } = await profileOf(versionId);
  expect({ regions: regions.length, excludeFromLatest }).toEqual({ regions: 3, excludeFromLatest: false });
});

test.each([
  { made: "5a", problem: undefined },
  {
    made: "00",
    problem:
      "was made of other bytes (sha256:00) than the image file says (sha256:5a); give the new build a version of its own, or restore the image file",
  },
])(
  "a version of the same name with the digest $made is refused beforehand: $problem",
  async ({ made, problem }) => {
    const name = `0.1.${++count}`;
    const tags = { "imprimatur:stack": "dev", "imprimatur:digest": `sha256:${made}` };
    await putVersion(`${definition}/versions/${name}`, { targetRegions: [HOME] }, tags);
    const inputs = {
      resourceGroup: "rehearsal",
      resourceGroupExists: true,
      location: "westeurope",
      regions: ["westeurope"],
      gallery: "versions",
      disks: [],
      versions: [{ name: `demo/${name}`, sha256: "5a" }],
    };
    const known = { inputs, outputs: inputs };
    const asked = harness.handler("azure:Preflight").update("", known, inputs, harness.call());
    if (problem === undefined) await asked;
    else
      expect((await failure(asked)).message).toContain(
        `1 problem:\n- version versions/demo/${name} ${problem}`,
      );
  },
);

describe("a version that somebody forbade to delete before its end of life", () => {
  const profile = (endOfLifeDate?: string) => ({ targetRegions: [HOME, region("eastus")], endOfLifeDate });
  const remove = (versionId: string) => {
    const inputs = { versionId, targetRegions: [HOME], excludeFromLatest: false, tags: TAGS };
    return handler().delete(`${versionId}/publication`, { inputs, outputs: inputs }, harness.call());
  };
  const held = async (endOfLifeDate?: string) => {
    const versionId = `${definition}/versions/0.1.${++count}`;
    const safetyProfile = { blockDeletionBeforeEndOfLife: true };
    await putVersion(versionId, profile(endOfLifeDate), TAGS, { safetyProfile });
    return versionId;
  };

  test.each([
    { end: "2999-01-31T00:00:00Z", says: /until its end of life, 2999-01-31 .* or wait for that day/ },
    { end: undefined, says: /for ever: it has no end of life/ },
  ])("is left as it is, with one command to go on with: $end", async ({ end, says }) => {
    const versionId = await held(end);
    const { message } = await failure(remove(versionId));
    expect(message).toMatch(says);
    expect(message).toContain(
      `\`az sig image-version update --ids ${versionId} --block-deletion-before-end-of-life false\``,
    );
    expect((await profileOf(versionId)).regions).toHaveLength(2);
  });

  test("is left as it is also where it was never published", async () => {
    const versionId = await held();
    const outputs = { sourceId: versionId };
    const verification = harness.handler("azure:Verification");
    const { message } = await failure(verification.delete("x", { inputs: outputs, outputs }, harness.call()));
    expect(message).toContain("--block-deletion-before-end-of-life false");
    const gone = { sourceId: `${definition}/versions/9.9.9` };
    await verification.delete("x", { inputs: gone, outputs: gone }, harness.call());
  });

  test("goes without a word after its end of life", async () => {
    const versionId = await held("2020-01-01T00:00:00Z");
    await remove(versionId);
    expect(await profileOf(versionId)).toMatchObject({ excludeFromLatest: true });
  });

  test("is what a newer api-version makes of one of which nobody says otherwise, and ours says otherwise", async () => {
    const versionId = `${definition}/versions/0.2.1`;
    await putVersion(versionId, profile(), TAGS, { api: "2026-03-03" });
    expect((await failure(remove(versionId))).message).toMatch(/until its end of life, \d{4}-\d\d-\d\d/);
    const other = `${definition}/versions/0.2.2`;
    const safetyProfile = { blockDeletionBeforeEndOfLife: false };
    await putVersion(other, profile(), TAGS, { safetyProfile, api: "2026-03-03" });
    await remove(other);
  });
});
