import type { Properties } from "../../../plugin/resource";
import { closingHandler } from "../../../provider/closing";
import { versionClosingKind } from "../../../provider/azure/version-closing";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { arm, seen, startAzure } from "./azure-arm";
import { failure, Harness } from "../../unit/provider/harness";

const API = "2024-03-03";
const OURS = { "imprimatur:stack": "dev" };
const PLACE = "version versions/demo/0.0.";
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
afterEach(async () => {
  await cloud.fault!({ kind: "clear" });
  await cloud.fault!({ kind: "roles", without: [] });
  harness.shown.length = 0;
});

/** Milliseconds. Short, since a persistent failure takes the whole limit; tests that succeed do not wait for it. */
const handler = closingHandler(versionClosingKind, { limit: 3_000, again: 3_000, silence: 60_000 });

/** A version as the native resource creates it. */
async function made(tags: Record<string, string> = OURS): Promise<{ id: string; inputs: Properties }> {
  const version = `0.0.${++count}`;
  const id = `${definition}/versions/${version}`;
  const publishingProfile = { targetRegions: [{ name: "westeurope" }] };
  const properties = { publishingProfile, storageProfile: { osDiskImage: { source: { id: disk } } } };
  await arm(id, API, { location: "westeurope", tags, properties });
  const inputs = {
    resourceGroup: "rehearsal",
    gallery: "versions",
    definition: "demo",
    version,
    allowed: true,
  };
  return { id, inputs };
}

const isThere = async (id: string) => (await seen(id, API)).properties?.provisioningState !== undefined;
const withdraw = (inputs: Properties, outputs: Properties = { ...inputs, closings: 0 }) =>
  handler.update!("x", { inputs, outputs }, { ...inputs, allowed: false }, harness.call());

test("a withdrawn version is deleted at once, without a PUT before, and restored without a call", async () => {
  const { id, inputs } = await made();
  const before = harness.requests.length;
  const outputs = await withdraw(inputs);
  expect(outputs).toMatchObject({ allowed: false, open: "", openFor: [], closings: 1 });
  const asked = harness.requests.slice(before).filter((line) => line.includes("/versions/"));
  expect(asked.filter((line) => !line.includes("GET "))).toEqual([expect.stringContaining("DELETE ")]);
  expect(await isThere(id)).toBe(false);
  const after = harness.requests.length;
  const restored = await handler.update!(
    "x",
    { inputs, outputs },
    { ...inputs, allowed: true },
    harness.call(),
  );
  expect(restored).toMatchObject({ open: "", closings: 1 });
  expect(harness.requests.slice(after)).toEqual([]);
});

test("made where a version is allowed it calls nobody, made where none is it takes what an older version left", async () => {
  const { id, inputs } = await made();
  const before = harness.requests.length;
  expect((await handler.create(inputs, harness.call())).outputs).toMatchObject({ open: "", closings: 0 });
  expect(harness.requests.slice(before)).toEqual([]);
  const none = { ...inputs, allowed: false };
  expect((await handler.create(none, harness.call())).outputs).toMatchObject({ open: "", closings: 1 });
  expect(await isThere(id)).toBe(false);
  expect((await handler.create(none, harness.call())).outputs).toMatchObject({ open: "", closings: 0 });
});

/** Azure's behaviour until the fault is cleared. */
const FAULTS = [
  {
    what: "answers 503",
    fault: { kind: "error", match: "/versions/", status: 503, times: 1_000 },
    says: /ServiceUnavailable.*\(given up after 3 s\)/,
  },
  {
    what: "throttles",
    fault: { kind: "throttle", match: "/versions/", retryAfter: 1, times: 1_000 },
    says: /OperationNotAllowed.*too many requests.*\(given up after 3 s\)/,
  },
  {
    what: "does not answer",
    fault: { kind: "slow", match: "/versions/", seconds: 5 },
    says: /no answer \(given up after 3 s\)/,
  },
  {
    what: "does not allow it",
    fault: { kind: "roles", without: ["Microsoft.Compute/galleries/images/versions/delete"] },
    says: /AuthorizationFailed.*give the publisher the role/,
  },
] as const;

test.each(FAULTS)("where Azure $what, it is told at once, kept, and tried again", async ({ fault, says }) => {
  const { id, inputs } = await made();
  await cloud.fault!(fault);
  const outputs = await withdraw(inputs);
  const line = outputs.open as string;
  expect(line).toMatch(says);
  expect(line).toMatch(
    /^gallery version versions\/demo\/0\.0\.\d+ is still open for whoever sees the gallery: /,
  );
  expect(harness.shown).toContain(line);
  await cloud.fault!({ kind: "clear" });
  await cloud.fault!({ kind: "roles", without: [] });
  const wanted = { ...inputs, allowed: false };
  const left = { inputs: wanted, outputs };
  expect(handler.diff(left, wanted, harness.call()).changes).toHaveProperty("open");
  const closed = await handler.update!("x", left, wanted, harness.call());
  expect(closed).toMatchObject({ open: "", openFor: [], closings: 2 });
  expect(await isThere(id)).toBe(false);
});

test("one of another stack stays, and is told of", async () => {
  const { id, inputs } = await made({ "imprimatur:stack": "other" });
  expect((await withdraw(inputs)).open).toContain(
    `${PLACE}${count} is there, and this stack did not make it (its tag imprimatur:stack is "other"); close it by hand`,
  );
  expect(await isThere(id)).toBe(true);
  // The other stack withdraws it.
  const urn = "urn:pulumi:other::imprimatur::imprimatur:test:Thing::x";
  await handler.create({ ...inputs, allowed: false }, { ...harness.call(), urn });
  expect(await isThere(id)).toBe(false);
});

describe("a gallery is opened", () => {
  const shares = () => ({
    galleryId: definition.split("/").slice(0, -2).join("/"),
    community: false,
    subscriptions: ["11111111-2222-3333-4444-555555555555"],
    tenants: [],
  });
  const share = (inputs: Properties) =>
    harness.handler("azure:GallerySharing").create(inputs, harness.call());

  test("to nobody before what they may not see is gone", async () => {
    const { inputs } = await made();
    const without = [`demo/${String(inputs.version)}`];
    const refused = await failure(share({ ...shares(), without }));
    expect(refused.message).toBe(
      `${PLACE}${count} is there (Succeeded), and nobody is to see it who is about to see the gallery; \`pulumi up\` deletes it; run it again`,
    );
    await withdraw(inputs);
    // The gallery cannot be shared yet; it is enough here that the refusal is Azure's own.
    expect((await failure(share({ ...shares(), without }))).message).toMatch(/permissions is Private/);
  });

  test("what is not to be in it is no difference by itself", () => {
    const sharing = harness.handler("azure:GallerySharing");
    const inputs = shares();
    const old = { inputs, outputs: inputs };
    expect(sharing.diff(old, { ...inputs, without: ["demo/0.0.1"] }, harness.call()).changes).toEqual({});
    expect(Object.keys(sharing.diff(old, { ...inputs, closings: 1 }, harness.call()).changes)).toEqual([
      "closings",
    ]);
  });
});
