import { findRemnant } from "../../../audit/recover/remnants";
import type { Creation, Recovery } from "../../../audit/recover/remnant";
import { askAzure, runAzure } from "../administrator";
import { Harness } from "../../unit/provider/harness";
import { IDENTITY } from "../../unit/audit/exported";

const { signal } = new AbortController();
const GROUPS = "2024-03-01";
const GALLERIES = "2024-03-03";
const DISKS = "2024-03-02";

let harness: Harness;
let group: string;
const said: string[] = [];
const recovery = (over: Partial<Recovery> = {}): Recovery => ({
  owner: { stack: "dev", product: "demo" },
  ids: new Set(),
  next: "up",
  accounts: { azure: process.env.ARM_SUBSCRIPTION_ID ?? "" },
  signal,
  status: (line) => void said.push(line),
  ...over,
});

beforeAll(async () => {
  harness = new Harness();
  await runAzure(harness);
  group = `/subscriptions/${process.env.ARM_SUBSCRIPTION_ID}/resourceGroups/begun`;
  await arm("PUT", group, GROUPS, { location: "westeurope", tags: IDENTITY });
});
afterAll(() => harness.stop());

async function arm(method: string, id: string, version: string, body?: object): Promise<number> {
  const answer = await askAzure(method, id, version, body);
  const text = await answer.text();
  if (answer.status > 202 && answer.status !== 404) throw new Error(`${method} ${id}: ${text}`);
  return answer.status;
}

const creation = (type: string, inputs: Creation["inputs"]): Creation => ({
  urn: `urn:pulumi:dev::imprimatur::azure-native:${type}::x`,
  resourceType: `azure-native:${type}`,
  inputs: { resourceGroupName: "begun", ...inputs },
});
const gallery = (galleryName: string) => creation("compute:Gallery", { galleryName });
const definition = (galleryName: string, galleryImageName: string) =>
  creation("compute:GalleryImage", { galleryName, galleryImageName });
const galleryId = (name: string) => `${group}/providers/Microsoft.Compute/galleries/${name}`;
const makeGallery = (name: string, tags: object = IDENTITY) =>
  arm("PUT", galleryId(name), GALLERIES, { location: "westeurope", tags, properties: {} });
const makeDefinition = (name: string, gallery: string) =>
  arm("PUT", `${galleryId(gallery)}/images/${name}`, GALLERIES, {
    location: "westeurope",
    tags: IDENTITY,
    properties: {
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
      identifier: { publisher: "p", offer: "o", sku: "s" },
    },
  });

test("where nothing was made, or nothing says in which subscription, there is nothing to find", async () => {
  expect(await findRemnant(gallery("none"), recovery())).toBeUndefined();
  expect(await findRemnant(gallery("none"), recovery({ accounts: {} }))).toBeUndefined();
});

test("a gallery that is still being made is waited for, and deleted", async () => {
  await makeGallery("one");
  const remnant = await findRemnant(gallery("one"), recovery());
  expect(remnant).toMatchObject({ what: "gallery one" });
  expect(remnant?.kept).toBeUndefined();
  await remnant?.resolve();
  expect(await arm("GET", galleryId("one"), GALLERIES)).toBe(404);
});

test("another stack's stays, one with something in it stays, and one that the state knows is no remnant", async () => {
  await makeGallery("two", { ...IDENTITY, "imprimatur:stack": "other" });
  expect((await findRemnant(gallery("two"), recovery()))?.kept).toBe("its tags do not name this stack");
  await makeGallery("three");
  // The gallery accepts a definition once it exists.
  for (let status = 404; status !== 200 && status !== 201 && status !== 202;)
    status = await makeDefinition("d", "three");
  expect((await findRemnant(gallery("three"), recovery()))?.kept).toBe("there is something in it");
  const ids = new Set([galleryId("three").toLowerCase()]);
  expect(await findRemnant(gallery("three"), recovery({ ids }))).toBeUndefined();
});

test("a definition without a version goes", async () => {
  const remnant = await findRemnant(definition("three", "d"), recovery());
  expect(remnant).toMatchObject({ what: "definition three/d" });
  await remnant?.resolve();
  expect(await arm("GET", `${galleryId("three")}/images/d`, GALLERIES)).toBe(404);
});

test("a disk that waits for its bytes goes", async () => {
  const id = `${group}/providers/Microsoft.Compute/disks/demo`;
  await arm("PUT", id, DISKS, {
    location: "westeurope",
    tags: IDENTITY,
    sku: { name: "Standard_LRS" },
    properties: {
      osType: "Linux",
      creationData: { createOption: "Upload", uploadSizeBytes: 1024 ** 3 + 512 },
    },
  });
  const remnant = await findRemnant(creation("compute:Disk", { diskName: "demo" }), recovery());
  expect(remnant).toMatchObject({ what: "disk demo" });
  await remnant?.resolve();
  expect(await arm("GET", id, DISKS)).toBe(404);
});

test("a group that holds something is refused with what is in it", async () => {
  const remnant = await findRemnant(creation("resources:ResourceGroup", {}), recovery());
  await expect(remnant?.resolve()).rejects.toThrow(/resource group begun still holds/);
});
