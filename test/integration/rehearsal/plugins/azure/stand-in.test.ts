/** The plugin against the stand-in cloud, both unchanged: each understands the other's messages. */
import { MIB } from "../../../../../facts/units";
import { ArmClient } from "../../../../../rehearsal/plugins/azure/arm";
import { askJson } from "../../../../../rehearsal/plugins/http";
import { azurePlugin } from "../../../../../rehearsal/plugins/azure/plugin";
import { Engine, Kept, type Up } from "../../../plugin/engine";
import { type Rehearsal, rehearse } from "../../azure/harness";

const GROUP = "azure-native:resources:ResourceGroup";
const DISK = "azure-native:compute:Disk";
const GALLERY = "azure-native:compute:Gallery";
const DEFINITION = "azure-native:compute:GalleryImage";
const VERSION = "azure-native:compute:GalleryImageVersion";

// Two servers and a client share a machine that may be busy.

let cloud: Rehearsal;
let engine: Engine;

beforeAll(async () => {
  cloud = await rehearse(0.05);
  const environment = cloud.cloud.environment();
  // Loopback without TLS: certificate authorities are read when a process starts, and this one runs already.
  const endpoint = `http://127.0.0.1:${cloud.cloud.port}`;
  engine = await Engine.start(
    azurePlugin((config) => new ArmClient(config, endpoint)),
    {
      subscriptionId: environment.ARM_SUBSCRIPTION_ID,
      tenantId: environment.ARM_TENANT_ID,
      clientId: environment.ARM_CLIENT_ID,
      clientSecret: environment.ARM_CLIENT_SECRET,
    },
  );
});
afterAll(async () => {
  engine.stop();
  await cloud.end();
});

const location = "westeurope";
const tags = { "imprimatur:product": "demo" };

/** The program's `customTimeouts`; the default is two hours. */
test("a gallery whose PUT is never answered ends with the time that it is given, and others are made meanwhile", async () => {
  const within = { resourceGroupName: "silent", location, tags };
  const group = await engine.up(GROUP, within);
  await cloud.cloud.fault!({ kind: "hang", operation: "PUT */galleries/silent*", times: 1 });
  const { inputs } = await engine.check(GALLERY, "silent", { ...within, galleryName: "silent" });
  const silent = engine.create(GALLERY, inputs, { timeout: 2 }).catch((error: unknown) => error);
  const other = await engine.up(GALLERY, { ...within, galleryName: "other" });
  expect(String(await silent)).toContain("operation timed out");
  // The next `up` creates it.
  const made = await engine.create(GALLERY, inputs);
  await engine.delete(GALLERY, made.id, { inputs, outputs: made.outputs });
  await engine.delete(GALLERY, other.id, other);
  await engine.delete(GROUP, group.id, group);
});

test("what Node's fetch gives up is held until then, too", async () => {
  const cause = Object.assign(new Error("no headers"), { code: "UND_ERR_HEADERS_TIMEOUT" });
  const gaveUp = jest.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("fetch failed", { cause }));
  const over = new AbortController();
  const tries = { attempts: 1, passes: () => false, firstPause: 0, longestPause: 0 };
  const request = { method: "PUT", token: "t", signal: over.signal };
  let isOver = false;
  const asked = askJson(new URL("http://localhost"), request, tries, () => new Error("refused")).catch(
    () => isOver,
  );
  await new Promise(setImmediate);
  isOver = true;
  over.abort();
  expect(await asked).toBe(true);
  gaveUp.mockRestore();
});

test("group, gallery, definition and disk: made, settled, changed, gone", async () => {
  const group = await engine.up(GROUP, { resourceGroupName: "images", location, tags });
  const within = { resourceGroupName: "images", location, tags };
  const gallery = await engine.up(GALLERY, { ...within, galleryName: "demo", description: "d" });
  const definition = await engine.up(DEFINITION, {
    ...within,
    galleryName: "demo",
    galleryImageName: "demo-x86_64",
    osType: "Linux",
    osState: "Generalized",
    hyperVGeneration: "V2",
    architecture: "x64",
    identifier: { publisher: "p", offer: "o", sku: "s" },
    features: [{ name: "SecurityType", value: "TrustedLaunchSupported" }],
  });
  const disk = await engine.up(DISK, {
    ...within,
    diskName: "demo",
    osType: "Linux",
    hyperVGeneration: "V2",
    sku: { name: "Standard_LRS" },
    supportedCapabilities: { architecture: "x64" },
    creationData: { createOption: "Upload", uploadSizeBytes: 24 * MIB + 512 },
  });
  const all: [string, Up][] = [
    [GROUP, group],
    [GALLERY, gallery],
    [DEFINITION, definition],
    [DISK, disk],
  ];
  for (const [type, state] of all) await engine.expectSettled(type, state);

  for (const [type, state] of all) {
    state.inputs = { ...state.inputs, tags: { ...tags, stage: "old" } };
    state.outputs = await engine.update(type, state.id, state, state.inputs);
    expect(state.outputs).toMatchObject({ tags: { stage: "old" } });
    await engine.expectSettled(type, state);
  }

  // A change that the real provider takes for an update, and Azure refuses: the disk stays, with the reason.
  const changed = {
    ...disk.inputs,
    creationData: { createOption: "Upload", uploadSizeBytes: 25 * MIB + 512 },
  };
  expect((await engine.diff(DISK, disk.id, disk, changed)).replaces).toEqual([]);
  const refused = await engine.update(DISK, disk.id, disk, changed).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Kept);
  expect((refused as Kept).reasons.join()).toContain("PropertyChangeNotAllowed");

  const source = { id: disk.id };
  const version = engine.create(VERSION, {
    ...within,
    galleryName: "demo",
    galleryImageName: "demo-x86_64",
    galleryImageVersionName: "1.0.0",
    publishingProfile: { targetRegions: [{ name: location, regionalReplicaCount: 1 }] },
    storageProfile: { source },
  });
  await expect(version).rejects.toThrow(/Status=\d+ Code="/);

  for (const [type, state] of all.reverse()) await deleteOnceEmpty(type, state);
  expect(await cloud.cloud.inventory()).toEqual([]);
});

/** Azure notices only after a while that a gallery's contents are gone, and the real provider asks once. */
async function deleteOnceEmpty(type: string, state: Up): Promise<void> {
  for (;;) {
    const refused: unknown = await engine.delete(type, state.id, state).catch((error: unknown) => error);
    if (refused instanceof Error && refused.message.includes("CannotDeleteResource")) continue;
    if (refused instanceof Error) throw refused;
    return;
  }
}

test("a call is tried four times, when Azure asks it to be: the fourth refusal ends it, and the third does not", async () => {
  const args = { resourceGroupName: "throttled", location, tags };
  const throttle = (times: number) =>
    cloud.cloud.fault!({
      kind: "throttle",
      operation: "PUT */resourceGroups/throttled",
      times,
      retryAfter: 1,
    });
  await throttle(4);
  await expect(engine.up(GROUP, args)).rejects.toThrow('Status=429 Code="SubscriptionRequestsThrottled"');
  await throttle(3);
  const began = Date.now();
  const group = await engine.up(GROUP, args);
  // Three times the requested second: each wait is at least that long, however slow the machine is.
  expect(Date.now() - began).toBeGreaterThanOrEqual(2_990);
  await engine.delete(GROUP, group.id, group);
});

test("what is never answered is held for as long as the program allows, and no longer", async () => {
  const args = { resourceGroupName: "silent", location, tags };
  await cloud.cloud.fault!({ kind: "hang", operation: "PUT */resourceGroups/silent", times: 1 });
  const { inputs } = await engine.check(GROUP, "it", args);
  await expect(engine.create(GROUP, inputs, { timeout: 1 })).rejects.toThrow("operation timed out");
});
