import type { RunningCloud } from "../../../rehearsal/cloud";
import { runAzure } from "../administrator";
import { arm, emptyDisk, rehearsalGroup } from "./azure-arm";
import { failure, Harness } from "../../unit/provider/harness";

/** A gallery with one version and its disk, which somebody locks. */
const harness = new Harness();
const API = "2024-03-03";
const GROUP = "/resourceGroups/rehearsal";
const GALLERY = `${GROUP}/providers/Microsoft.Compute/galleries/images`;
const TAGS = { "imprimatur:stack": "dev" };
let cloud: RunningCloud;
let gallery: string;
let disk: string;
beforeAll(async () => {
  cloud = await runAzure(harness);
  const location = "westeurope";
  gallery = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/images`;
  await arm(rehearsalGroup(), "2024-03-01", { location, tags: TAGS });
  disk = await emptyDisk("disk-1", TAGS);
  await arm(gallery, API, { location, tags: TAGS, properties: {} });
  await arm(`${gallery}/images/demo`, API, {
    location,
    tags: TAGS,
    properties: {
      ...{ osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", architecture: "x64" },
      identifier: { publisher: "p", offer: "o", sku: "demo" },
    },
  });
  await arm(`${gallery}/images/demo/versions/1.0.0`, API, {
    location,
    tags: TAGS,
    properties: {
      publishingProfile: { targetRegions: [{ name: location }] },
      storageProfile: { osDiskImage: { source: { id: disk } } },
    },
  });
});
afterAll(() => harness.stop());
beforeEach(() => {
  harness.shown.length = 0;
});
afterEach(async () => {
  for (const scope of ["", GROUP, GALLERY]) await lock(scope, "none");
});

const lock = (scope: string, level: string) => cloud.fault!({ kind: "lock", scope, level });
const command = (scope: string) =>
  `\`az lock delete --ids /subscriptions/${process.env.AZURE_SUBSCRIPTION_ID}${scope}/providers/Microsoft.Authorization/locks/rehearsed\``;
const check = () =>
  harness.handler("azure:Preflight").create(
    {
      ...{ resourceGroup: "rehearsal", resourceGroupExists: true, location: "westeurope" },
      ...{ regions: ["westeurope"], gallery: "images", disks: [], versions: [], rawDisks: {} },
    },
    harness.call(),
  );

describe("before the first byte", () => {
  test.each([
    [GROUP, "ReadOnly", "resource group rehearsal"],
    // The disks that versions are read back from are deleted there.
    [GROUP.toUpperCase(), "CanNotDelete", "resource group REHEARSAL"],
    [GALLERY, "ReadOnly", "galleries images"],
  ])("a lock on %s, %s, is refused with its name and the command", async (scope, level, place) => {
    await lock(scope, level);
    const { message } = await failure(check());
    await lock(scope, "none");
    expect(message.replace(/resourcegroups/i, "resource group")).toContain(
      `- the management lock rehearsed (${level}) on ${place}, and nothing can be published there; take it away`,
    );
    expect(message).toContain(command(scope));
    await check();
  });

  test("a gallery that may not be deleted can be published to: a warning says what it stops", async () => {
    await lock(GALLERY, "CanNotDelete");
    await check();
    expect(harness.shown).toEqual([
      expect.stringMatching(
        /^the management lock rehearsed .* cannot be withdrawn or deleted; .*az lock delete/,
      ),
    ]);
  });
});

describe("at a deletion", () => {
  const old = (outputs: object) => ({ inputs: {}, outputs: { ...outputs } });
  test.each([
    [
      "VersionPublication",
      () => ({ versionId: `${gallery}/images/demo/versions/1.0.0` }),
      "version images/demo/1.0.0",
    ],
    ["DiskContent", () => ({ diskId: disk }), "disk disk-1"],
    ["GalleryDeletion", () => ({ objectId: gallery }), "images"],
  ])(
    "%s says which lock it is, and leaves the object as it is to the native provider",
    async (type, outputs, what) => {
      await lock(GROUP, "CanNotDelete");
      const before = await cloud.inventory();
      harness.requests.length = 0;
      const { message } = await failure(
        Promise.resolve(harness.handler(`azure:${type}`).delete("", old(outputs()), harness.call())),
      );
      expect(message).toContain(
        `${what} cannot be deleted, and was left as it is: the management lock rehearsed (CanNotDelete) on resource group rehearsal forbids it; `,
      );
      expect(message).toContain(`${command(GROUP)}), and run the same command again`);
      expect(await cloud.inventory()).toEqual(before);
      expect(
        harness.requests.filter((line) => / (PUT|POST|DELETE) /.test(line) && !/oauth2/.test(line)),
      ).toEqual([]);
    },
  );

  test("a lock of the subscription, which the group does not list, is refused in Azure's words, with where to look", async () => {
    await lock("", "CanNotDelete");
    const deletion = harness
      .handler("azure:GalleryDeletion")
      .delete("", old({ objectId: gallery }), harness.call());
    expect((await failure(Promise.resolve(deletion))).message).toMatch(/ScopeLocked: .*az lock list/s);
  });
});
