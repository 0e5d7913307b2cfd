import type { RunningCloud } from "../../../rehearsal/cloud";
import { runAzure } from "../administrator";
import { deleteDisk, grantAccess } from "../../../clouds/azure/api/disks";
import { putPages } from "../../../clouds/azure/api/pages";
import { openAzureSession } from "../../../clouds/azure/api/session";
import { openBlocks } from "../../../provider/disk-blocks";
import { arm, emptyDisk, rehearsalGroup, seen } from "./azure-arm";
import { BLOCK, failure, Harness } from "../../unit/provider/harness";

const SIZE = 40 * 1024 * 1024 + 4096;
const VHD = 41 * 1024 * 1024 + 512;
const LAST = Math.floor(SIZE / BLOCK);
const DATA = [0, 1, 2, 9, 30, 31, 50, 79, LAST];
let harness: Harness;
let cloud: RunningCloud;
let group: string;
beforeAll(async () => {
  harness = new Harness();
  cloud = await runAzure(harness, 0.01);
  group = rehearsalGroup();
  await arm(group, "2024-03-01", { location: "westeurope" });
  await harness.disk(SIZE, DATA);
});
afterAll(() => harness.stop());

async function uploadDisk(name: string): Promise<string> {
  const id = `${group}/providers/Microsoft.Compute/disks/${name}`;
  await arm(id, "2024-03-02", {
    location: "westeurope",
    sku: { name: "Standard_LRS" },
    properties: {
      osType: "Linux",
      hyperVGeneration: "V2",
      creationData: { createOption: "Upload", uploadSizeBytes: VHD },
    },
  });
  return id;
}

const inputsFor = (diskId: string) => ({ diskId, vhdSize: VHD, ...harness.diskInputs() });
const proofFor = (sourceId: string) => ({
  sourceId,
  resourceGroup: "rehearsal",
  location: "westeurope",
  size: SIZE,
  blockMapRoot: harness.root,
  tags: { "imprimatur:stack": "dev" },
});

test("a disk is written, read back, made a version, read back again, and shared with everyone", async () => {
  const disk = await uploadDisk("whole");
  const content = await harness.handler("azure:DiskContent").create(inputsFor(disk), harness.call());
  expect(content.outputs.writtenDiskId).toBe(disk);

  const verification = harness.handler("azure:Verification");
  const proof = proofFor(disk);
  expect((await verification.create(proof, harness.call())).outputs).toMatchObject({
    level: "bytes",
    verifiedId: disk,
    uid: expect.any(String) as string,
    createdAt: expect.stringMatching(/T\S+\.\d{7}\+00:00$/) as string,
  });
  await expect(verification.create({ ...proof, blockMapRoot: "00" }, harness.call())).rejects.toThrow(
    "disk whole is not the inspected disk",
  );
  await expect(verification.create({ ...proof, size: SIZE - 4096 }, harness.call())).rejects.toThrow(
    `it holds data beyond the disk's ${SIZE - 4096} bytes, first in block ${LAST}`,
  );

  const gallery = `${group}/providers/Microsoft.Compute/galleries/demo`;
  const urls = {
    publisherUri: "https://example.org",
    publisherContact: "a@example.org",
    eula: "https://example.org/eula",
  };
  const tags = { "imprimatur:stack": "dev" };
  await arm(gallery, "2024-03-03", {
    location: "westeurope",
    tags,
    properties: {
      sharingProfile: {
        permissions: "Community",
        communityGalleryInfo: { publicNamePrefix: "debian", ...urls },
      },
    },
  });
  await arm(`${gallery}/images/demo`, "2024-03-03", {
    location: "westeurope",
    tags,
    properties: {
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
      architecture: "x64",
      identifier: { publisher: "p", offer: "o", sku: "s" },
    },
  });
  const version = `${gallery}/images/demo/versions/1.2.3`;
  await arm(version, "2024-03-03", {
    location: "westeurope",
    properties: {
      storageProfile: { source: { id: disk } },
      publishingProfile: { targetRegions: [{ name: "westeurope", regionalReplicaCount: 1 }] },
    },
  });
  expect((await verification.create(proofFor(version), harness.call())).outputs.level).toBe("bytes");
  const disks = (await cloud.inventory()).filter(({ kind }) => kind === "disk");
  expect(disks.map(({ name }) => name)).toEqual(["whole"]);

  const shares = { galleryId: gallery, community: true, subscriptions: [], tenants: [] };
  const shared = await harness.handler("azure:GallerySharing").create(shares, harness.call());
  expect(shared.outputs.publicName).toMatch(/^debian-/);
  expect(await harness.inputsSeen("azure:GallerySharing", shared.id, shares, shared.outputs)).toEqual(shares);
  await harness
    .handler("azure:GallerySharing")
    .delete(shared.id, { inputs: shares, outputs: shared.outputs }, harness.call());
  expect(await harness.inputsSeen("azure:GallerySharing", shared.id, shares, shared.outputs)).toEqual({
    ...shares,
    community: false,
  });
});

test.each(["throttle", "error"])(
  "a third of all requests ends with %s, and nothing is lost",
  async (kind) => {
    const disk = await uploadDisk(`stormy-${kind}`);
    await cloud.fault!({ kind, probability: 0.3, seed: 1 });
    const content = await harness.handler("azure:DiskContent").create(inputsFor(disk), harness.call());
    await cloud.fault!({ kind: "clear" });
    expect(content.outputs.writtenDiskId).toBe(disk);
    await harness.handler("azure:Verification").create(proofFor(disk), harness.call());
  },
);

test("Ctrl-C keeps what arrived, and the next update finishes the disk", async () => {
  const inputs = inputsFor(await uploadDisk("resumed"));
  const stop = new AbortController();
  const status = (line: string) => {
    if (line.includes(": uploading")) stop.abort();
  };
  const call = { ...harness.call(stop.signal), status };
  const stopped = await failure(harness.handler("azure:DiskContent").create(inputs, call));
  expect(stopped.message).toMatch(/stopped by request; \d of 9 blocks have arrived/);
  expect(JSON.stringify(stopped.outputs)).not.toContain("sig=");
  const old = { inputs, outputs: stopped.outputs ?? {} };
  await harness.handler("azure:DiskContent").update(stopped.id ?? "", old, inputs, harness.call());
  await harness.handler("azure:Verification").create(proofFor(inputs.diskId), harness.call());
});

test("what a killed run wrote, and recorded nowhere, is not sent again; other bytes at their place are", async () => {
  const inputs = inputsFor(await uploadDisk("unrecorded"));
  const session = openAzureSession(new AbortController().signal);
  const link = await grantAccess(session, inputs.diskId, "Write");
  const { imageFile, architecture } = { imageFile: "demo.json", architecture: "x86_64" };
  for await (const { index, data } of openBlocks({ imageFile, architecture, size: SIZE })) {
    if (index <= 2) await putPages(session, "as killed", link, index * BLOCK, [data]);
    if (index === 9)
      await putPages(session, "of another disk", link, index * BLOCK, [Buffer.alloc(BLOCK, 1)]);
  }
  const before = await cloud.receivedByChild!();
  await harness.handler("azure:DiskContent").create(inputs, harness.call());
  const blocksSent = ((await cloud.receivedByChild!()) - before) / BLOCK;
  expect(Math.floor(blocksSent)).toBe(DATA.length - 3);
  await harness.handler("azure:Verification").create(proofFor(inputs.diskId), harness.call());
});

test("a disk that a killed run had written to its end is taken as it is, and read back like any other", async () => {
  const disk = await uploadDisk("forgotten");
  await harness.handler("azure:DiskContent").create(inputsFor(disk), harness.call());
  // The engine died before it recorded that, and the raw disk is on another machine now.
  const inputs = { ...inputsFor(disk), imageFile: "elsewhere.json" };
  const again = await harness.handler("azure:DiskContent").create(inputs, harness.call());
  expect(again.outputs.writtenDiskId).toBe(disk);
  const { outputs } = await harness.handler("azure:Verification").create(proofFor(disk), harness.call());
  expect(outputs.level).toBe("bytes");
});

test("a refresh takes the proof of a disk away once another one has its name", async () => {
  const id = await emptyDisk("twin");
  const verification = harness.handler("azure:Verification");
  const { uniqueId, timeCreated } = (await seen(id, "2024-03-02")).properties;
  const kept = (identity: object) =>
    verification.read(
      "x",
      { inputs: proofFor(id), outputs: { ...proofFor(id), ...identity } },
      harness.call(),
    );
  expect(await kept({ uid: uniqueId, createdAt: timeCreated })).toBeDefined();
  // A state from before identities were kept.
  expect(await kept({})).toBeDefined();
  expect(await kept({ uid: "another", createdAt: timeCreated })).toBeUndefined();
});

test("what was written of another disk is wiped, and the inspected one can follow", async () => {
  const inputs = inputsFor(await uploadDisk("mixed"));
  const other = harness
    .handler("azure:DiskContent")
    .create({ ...inputs, blockMapRoot: "00" }, harness.call());
  await expect(other).rejects.toThrow("has changed since it was inspected");
  await harness.handler("azure:DiskContent").create(inputs, harness.call());
  await harness.handler("azure:Verification").create(proofFor(inputs.diskId), harness.call());
});

test("a link that somebody was given to read holds up no deletion", async () => {
  const inputs = inputsFor(await uploadDisk("lent"));
  const content = await harness.handler("azure:DiskContent").create(inputs, harness.call());
  const session = openAzureSession(new AbortController().signal, harness.call());
  await grantAccess(session, inputs.diskId, "Read");
  await expect(deleteDisk(session, inputs.diskId)).rejects.toThrow(/active shared access signature/);
  const old = { inputs, outputs: content.outputs };
  await harness.handler("azure:DiskContent").delete(content.id, old, harness.call());
  await deleteDisk(session, inputs.diskId);
  // The disk may be gone before its content is.
  await harness.handler("azure:DiskContent").delete(content.id, old, harness.call());
});

describe("preflight", () => {
  const args = {
    resourceGroup: "none",
    resourceGroupExists: true,
    location: "westeurope",
    regions: ["westeurope", "mars"],
    gallery: "demo",
    disks: [],
    versions: [{ name: "demo/9.9.9", sha256: "5a" }],
  };

  test("names every problem with its cure", async () => {
    const refused = await failure(harness.handler("azure:Preflight").create(args, harness.call()));
    expect(refused.message).toMatch(
      /2 problems:\n- mars: .*\n- the resource group none does not exist; run `az group create/,
    );
  });

  describe("refuses, before anything is made", () => {
    const own = { ...process.env };
    beforeAll(() => Object.assign(own, process.env));
    afterEach(() => {
      process.env = { ...own };
    });
    const fine = { ...args, resourceGroup: "rehearsal", regions: ["westeurope"], versions: [] };
    const OTHER = "99999999-9999-4999-8999-999999999999";
    test.each<{ what: string; env?: Record<string, string>; more?: object; says: RegExp }>([
      {
        what: "a region that the subscription lists, and Compute does not serve",
        more: { regions: ["westeurope", "norwaywest"] },
        says: /1 problem:\n- norwaywest: Microsoft.Compute does not serve this subscription there; /,
      },
      {
        what: "an account of other tools",
        env: { AZURE_CLIENT_ID: OTHER },
        says: /AZURE_CLIENT_ID names 99999999\S+, and both Pulumi's provider and this one publish as [0-9a-f-]{36}; set ARM_CLIENT_ID/,
      },
      {
        what: "a subscription of other tools",
        env: { AZURE_SUBSCRIPTION_ID: OTHER },
        says: /AZURE_SUBSCRIPTION_ID names 99999999\S+, and both .* publish as [0-9a-f-]{36}; set ARM_SUBSCRIPTION_ID/,
      },
      {
        what: "two subscriptions",
        more: { subscriptionId: OTHER },
        says: /these credentials do not see it|the environment names subscription \S+, the config asks for 99999999/,
      },
      {
        what: "credentials that are named in part",
        env: { ARM_CLIENT_ID: "" },
        says: /ARM_CLIENT_SECRET is set without ARM_CLIENT_ID; set all of them, or none/,
      },
      {
        what: "a disk whose raw disk is not on this machine",
        more: { rawDisks: { absent: { imageFile: "none.json", architecture: "x86_64", size: 1 } } },
        says: /disk rehearsal\/absent is to be made: the image file none.json is not there/,
      },
    ])("$what", async ({ env = {}, more = {}, says }) => {
      Object.assign(process.env, env);
      const asked = harness.handler("azure:Preflight").create({ ...fine, ...more }, harness.call());
      expect((await failure(asked)).message).toMatch(says);
    });
  });

  test.each([
    { of: "nothing", tags: undefined, want: undefined },
    {
      of: "the same bytes",
      tags: { "imprimatur:stack": "dev", "imprimatur:digest": "sha256:5a" },
      want: undefined,
    },
    {
      of: "other bytes",
      tags: { "imprimatur:stack": "dev", "imprimatur:digest": "sha256:00" },
      want: "disk rehearsal/clash was made of other bytes (sha256:00) than the image file says (sha256:5a); give the new build a version of its own, or restore the image file",
    },
    {
      of: "somebody else",
      tags: { "imprimatur:stack": "other", "imprimatur:digest": "sha256:5a" },
      want: "disk rehearsal/clash is taken, by something which this stack did not make (the stack other did); publish under another version, or delete it if it may go",
    },
  ])("of a disk's name that is taken by $of", async ({ tags, want }) => {
    if (tags) await emptyDisk("clash", tags);
    const inputs = {
      ...args,
      resourceGroup: "rehearsal",
      regions: ["westeurope"],
      disks: [{ name: "clash", sha256: "5a" }],
    };
    const known = { inputs, outputs: inputs };
    const asked = harness.handler("azure:Preflight").update("", known, inputs, harness.call());
    if (want === undefined)
      await expect(asked).resolves.toMatchObject({ publisherSubscription: process.env.ARM_SUBSCRIPTION_ID });
    else expect((await failure(asked)).message).toContain(`1 problem:\n- ${want}`);
  });
});
