import { UNKNOWN } from "../../../../../facts/engine";
import type { Properties } from "../../../../../plugin/resource";
import { type Arm, ArmError } from "../../../../../rehearsal/plugins/azure/arm";
import { azurePlugin } from "../../../../../rehearsal/plugins/azure/plugin";
import { Engine, Kept } from "../../../plugin/engine";

const DISK = "azure-native:compute:Disk";
const GALLERY = "azure-native:compute:Gallery";
const VERSION = "azure-native:compute:GalleryImageVersion";
const DISK_ID = "/subscriptions/s-1/resourceGroups/images/providers/Microsoft.Compute/disks/debian";

/** Keeps each PUT's body, and fills in what Azure fills in. */
class FakeArm implements Arm {
  readonly subscription = "s-1";
  readonly resources = new Map<string, Properties>();
  readonly bodies: unknown[] = [];
  refuses?: { error: Error; begun: boolean };

  get = async (id: string) => this.resources.get(id);
  async put(id: string, _version: string, body: Properties, _wait: unknown, begun?: () => void) {
    this.bodies.push(body);
    if (this.refuses && !this.refuses.begun) throw this.refuses.error;
    const properties = {
      provisioningState: "Succeeded",
      timeCreated: "now",
      ...(body.properties as Properties),
    };
    this.resources.set(id, { id, name: id.split("/").at(-1), type: "T", etag: "W/1", ...body, properties });
    begun?.();
    if (this.refuses) throw this.refuses.error;
  }
  delete = async (id: string) => void this.resources.delete(id);
}

const disk = {
  resourceGroupName: "images",
  diskName: "debian",
  location: "westeurope",
  osType: "Linux",
  sku: { name: "Standard_LRS" },
  creationData: { createOption: "Upload", uploadSizeBytes: 25166336 },
  tags: { release: "1" },
};

let cloud: FakeArm;
let engine: Engine;
beforeEach(async () => {
  cloud = new FakeArm();
  engine = await Engine.start(azurePlugin(() => cloud));
});
afterEach(() => engine.stop());

async function up(type: string, given: Properties) {
  const { inputs, failures } = await engine.check(type, "debian", given);
  expect(failures).toEqual([]);
  return { inputs, ...(await engine.create(type, inputs)) };
}

test("inputs go where the API wants them, and come back flat", async () => {
  const { id, outputs } = await up(DISK, disk);
  expect(id).toBe(DISK_ID);
  const { osType, creationData, location, sku, tags } = disk;
  expect(cloud.bodies).toEqual([{ location, sku, tags, properties: { osType, creationData } }]);
  expect(outputs).toMatchObject({
    name: "debian",
    osType: "Linux",
    timeCreated: "now",
    azureApiVersion: "2024-03-02",
  });
  expect(outputs).not.toHaveProperty("id");
  expect(outputs).not.toHaveProperty("resourceGroupName");
});

test("a preview knows what was given, and not what Azure decides", async () => {
  const { inputs } = await engine.check(DISK, "debian", disk);
  const { outputs } = await engine.create(DISK, inputs, { preview: true });
  expect(outputs).toMatchObject({ osType: "Linux", name: UNKNOWN, diskState: UNKNOWN, diskSizeGB: UNKNOWN });
});

test("what exists already is not taken over", async () => {
  await up(DISK, disk);
  await expect(engine.create(DISK, disk)).rejects.toThrow(
    `cannot create already existing resource '${DISK_ID}'`,
  );
});

describe("what changes in place and what needs another disk", () => {
  const cases = [
    { change: { tags: { release: "2" } }, detail: { "tags.release": "update" }, replaces: [] },
    {
      change: { tags: { release: "1", team: "images" } },
      detail: { "tags.team": "add" },
      replaces: [],
    },
    { change: { location: "West Europe" }, detail: {}, replaces: [] },
    { change: { location: "eastus" }, detail: { location: "update-replace" }, replaces: ["location"] },
    { change: { diskName: "other" }, detail: { diskName: "update-replace" }, replaces: ["diskName"] },
    // Azure refuses this change, which the real provider does not know: it tries an update.
    {
      change: { creationData: { createOption: "Empty" } },
      detail: { "creationData.createOption": "update", "creationData.uploadSizeBytes": "delete" },
      replaces: [],
    },
  ];
  test.each(cases)("$change", async ({ change, detail, replaces }) => {
    const old = await up(DISK, disk);
    const { inputs } = await engine.check(DISK, "debian", { ...disk, ...change }, old.inputs);
    const seen = await engine.diff(DISK, old.id, old, inputs);
    expect(seen).toMatchObject({ detail, replaces, deleteBeforeReplace: replaces.length > 0 });
  });

  test("what is given now and was Azure's choice before is no change", async () => {
    const old = await up(GALLERY, { resourceGroupName: "images", galleryName: "g", location: "westeurope" });
    old.outputs.description = "chosen";
    const seen = await engine.diff(GALLERY, old.id, old, { ...old.inputs, description: "chosen" });
    expect(seen.changes).toBe("none");
  });
});

test("a made-up name stays, and lets the new object exist beside the old one", async () => {
  const unnamed = { ...disk, diskName: undefined };
  const old = await up(DISK, unnamed);
  expect(old.inputs.diskName).toBe("debian01234567");
  const { inputs } = await engine.check(DISK, "debian", { ...unnamed, location: "eastus" }, old.inputs);
  expect(inputs.diskName).toBe("debian01234567");
  expect(await engine.diff(DISK, old.id, old, inputs)).toMatchObject({
    replaces: ["location"],
    deleteBeforeReplace: false,
  });
});

test("a refresh takes over what was changed in Azure, and not what Azure filled in", async () => {
  const old = await up(DISK, disk);
  const unchanged = await engine.read(DISK, DISK_ID, old);
  expect(unchanged).toEqual({ id: DISK_ID, inputs: old.inputs, outputs: old.outputs });
  cloud.resources.get(DISK_ID)!.tags = { release: "9" };
  const changed = await engine.read(DISK, DISK_ID, old);
  expect(changed?.inputs).toEqual({ ...old.inputs, tags: { release: "9" } });
});

test("an import takes the names from the id", async () => {
  await up(DISK, disk);
  const found = await engine.read(DISK, DISK_ID);
  expect(found?.inputs).toMatchObject({ resourceGroupName: "images", diskName: "debian", osType: "Linux" });
  expect(found?.inputs).not.toHaveProperty("timeCreated");
});

test("a refused call leaves nothing; a failed operation leaves the object, with its error", async () => {
  const error = new ArmError(409, "Conflict", "busy");
  cloud.refuses = { error, begun: false };
  const refused = await engine.create(DISK, disk).catch((failure: unknown) => failure);
  expect(refused).not.toBeInstanceOf(Kept);
  cloud.refuses = { error: new ArmError(200, "ReplicationJobsNotCompleted", "eastus2 failed"), begun: true };
  const failed = await engine.create(DISK, disk).catch((failure: unknown) => failure);
  expect(failed).toMatchObject({ id: DISK_ID, outputs: { osType: "Linux" } });
  expect((failed as Kept).reasons).toEqual([
    'Status=200 Code="ReplicationJobsNotCompleted" Message="eastus2 failed"',
  ]);
});

test("what is gone is read as gone", async () => {
  const old = await up(DISK, disk);
  await engine.delete(DISK, DISK_ID, old);
  expect(await engine.read(DISK, DISK_ID, old)).toBeUndefined();
});

describe("refused before anything happens, all at once", () => {
  const version = {
    resourceGroupName: "g",
    galleryName: "g",
    galleryImageName: "d",
    galleryImageVersionName: "1.0.0",
  };
  const cases = [
    { type: DISK, given: {}, says: "missing required property 'creationData'" },
    {
      type: DISK,
      given: {},
      says: "missing required property 'location'. Either set it explicitly or configure it",
    },
    { type: DISK, given: { ...disk, size: 4 }, says: "unknown property 'size'" },
    {
      type: DISK,
      given: { ...disk, osType: 1 },
      says: "'osType' should be of type 'string' but got a number",
    },
    {
      type: VERSION,
      given: {
        ...version,
        location: "x",
        storageProfile: {},
        publishingProfile: { targetRegions: [{ replicas: 1 }] },
      },
      says: "missing required property 'publishingProfile.targetRegions[0].name'",
    },
  ];
  test.each(cases)("$says", async ({ type, given, says }) => {
    const { failures } = await engine.check(type, "debian", given);
    expect(failures.join("\n")).toContain(says);
  });
});

test("a setting that is not rehearsed is refused, not ignored", async () => {
  expect(await engine.checkConfig({ subscriptionId: "s", oidcToken: "t" })).toEqual([
    'oidcToken: "oidcToken" is not rehearsed. Leave it out, or set it only where the real provider runs',
  ]);
});
