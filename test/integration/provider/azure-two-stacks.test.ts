import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { askAzure, runAzure } from "../administrator";
import { arm, emptyDisk, rehearsalGroup, seen } from "./azure-arm";
import { failure, Harness } from "../../unit/provider/harness";

/** A group and a gallery of the stack `dev`, in which the stack `other` has a definition and a version. */
const API = "2024-03-03";
const tags = (stack: string) => ({ "imprimatur:stack": stack, "imprimatur:product": "demo" });
const community = {
  permissions: "Community",
  communityGalleryInfo: {
    publicNamePrefix: "debian",
    publisherUri: "https://example.org",
    publisherContact: "a@example.org",
    eula: "https://example.org/eula",
  },
};
let harness: Harness;
let cloud: RunningCloud;
let gallery: string;
beforeAll(async () => {
  harness = new Harness();
  cloud = await runAzure(harness);
  const location = "westeurope";
  gallery = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/images`;
  await arm(rehearsalGroup(), "2024-03-01", { location, tags: tags("dev") });
  await arm(gallery, API, { location, tags: tags("dev"), properties: { sharingProfile: community } });
  for (const stack of ["dev", "other"]) {
    const source = await emptyDisk(`disk-${stack}`, tags(stack));
    await arm(`${gallery}/images/${stack}`, API, {
      location,
      tags: tags(stack),
      properties: {
        ...{ osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", architecture: "x64" },
        identifier: { publisher: "p", offer: "o", sku: stack },
      },
    });
    await arm(`${gallery}/images/${stack}/versions/1.0.0`, API, {
      location,
      tags: tags(stack),
      properties: {
        publishingProfile: { targetRegions: [{ name: location }] },
        storageProfile: { osDiskImage: { source: { id: source } } },
      },
    });
  }
});
afterAll(() => harness.stop());

const call = (stack: string) => ({
  ...harness.call(),
  urn: `urn:pulumi:${stack}::imprimatur::imprimatur:test:Thing::x`,
});
const isOpen = async () =>
  (
    (await seen(gallery, API, "&$expand=SharingProfile/Groups")).properties.sharingProfile as {
      communityGalleryInfo?: { communityGalleryEnabled?: boolean };
    }
  ).communityGalleryInfo?.communityGalleryEnabled ?? false;

describe("before the first byte", () => {
  const ask = (more: Properties) =>
    harness.handler("azure:Preflight").create(
      {
        ...{ resourceGroup: "rehearsal", resourceGroupExists: false, location: "westeurope" },
        ...{ regions: ["westeurope"], gallery: "images", disks: [], versions: [], rawDisks: {} },
        ...more,
      },
      call("third"),
    );

  test("what another stack made is named with its owner, and how it can be used", async () => {
    const { message } = await failure(
      ask({
        definitions: { dev: "Standard" },
        disks: [{ name: "disk-dev", sha256: "5a" }],
        versions: [{ name: "dev/1.0.0", sha256: "5a" }],
      }),
    );
    expect(message.split("\n").slice(1)).toEqual([
      "- resource group rehearsal is there, and the stack dev made it; to publish into it set `resourceGroup.exists: true` in imprimatur:azure, or give this stack's another name",
      "- gallery rehearsal/images is there, and the stack dev made it; to publish into it set `gallery.exists: true` in imprimatur:azure, or give this stack's another name",
      "- definition images/dev is there, and the stack dev made it; to publish into it set `definition.exists: true` in imprimatur:azure, or give this stack's another name",
      "- disk rehearsal/disk-dev is taken, by something which this stack did not make (the stack dev did); publish under another version, or delete it if it may go",
      "- version images/dev/1.0.0 is taken, by something which this stack did not make (the stack dev did); publish under another version, or delete it if it may go",
    ]);
  });

  test("a gallery that is there is used as its owner shares it, or not at all", async () => {
    const nobody = { community: false, subscriptions: [], tenants: [] };
    const inside = {
      resourceGroupExists: true,
      definitionExists: true,
      definitions: { dev: "Standard" },
      versions: [{ name: "dev/2.0.0", sha256: "5a" }],
    };
    await ask({ ...inside, gallerySharing: nobody });
    const { message } = await failure(ask({ ...inside, gallerySharing: { ...nobody, community: true } }));
    expect(message).toContain(
      "gallery rehearsal/images is shared with nobody, and `gallery.sharing` in imprimatur:azure says everyone; ",
    );
    const absent = await failure(ask({ ...inside, gallery: "none", gallerySharing: nobody }));
    expect(absent.message).toContain("gallery rehearsal/none does not exist; its owner has to make it");
  });
});

describe("a definition that is there", () => {
  const needed = (more: object = {}) => ({
    ...{ osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", architecture: "x64" },
    identifier: { publisher: "p", offer: "o", sku: "of-its-own" },
    ...more,
  });
  const ask = (name: string, more: Properties) =>
    harness.handler("azure:Preflight").create(
      {
        ...{ resourceGroup: "rehearsal", resourceGroupExists: true, location: "westeurope" },
        ...{ regions: ["westeurope"], gallery: "images", disks: [], versions: [], rawDisks: {} },
        ...{ gallerySharing: { community: false, subscriptions: [], tenants: [] } },
        definitions: { [name]: "Standard" },
        ...more,
      },
      call("third"),
    );

  test.each([
    ["hyperVGeneration", "V1", "V2", ", or set `definition.hyperVGeneration` to that"],
    ["architecture", "Arm64", "x64", ""],
  ])(
    "is refused before the first byte where it has another %s than the images",
    async (property, other, own, cure) => {
      const definitionProperties = { dev: needed({ [property]: other }) };
      const { message } = await failure(ask("dev", { definitionExists: true, definitionProperties }));
      expect(message.split("\n").slice(1)).toEqual([
        `- definition images/dev has ${property} ${own}, these images need ${other}, and Azure never changes that; name another definition ` +
          `(\`definition.nameTemplate\` in imprimatur:azure)${cure}`,
      ]);
    },
  );

  test("is taken as it is where it fits, whatever its owner calls it", async () => {
    await ask("dev", { definitionExists: true, definitionProperties: { dev: needed() } });
  });

  test("keeps its publisher, offer and SKU from another one in its gallery", async () => {
    const identifier = { publisher: "P", offer: "o", sku: "dev" };
    const { message } = await failure(
      ask("mine", { definitionProperties: { mine: needed({ identifier }) } }),
    );
    expect(message).toContain(
      "definition images/mine is to be P/o/dev, which images/dev is already in this gallery; change",
    );
    await ask("mine", { definitionProperties: { mine: needed() } });
  });
});

test("what somebody made by hand is not taken over, and its owner is told both ways on", async () => {
  const id = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/byhand`;
  await arm(id, API, { location: "westeurope", properties: {} });
  const plan = {
    ...{ resourceGroup: "rehearsal", resourceGroupExists: true, location: "westeurope" },
    ...{ regions: ["westeurope"], gallery: "byhand", disks: [], versions: [], rawDisks: {} },
  };
  const preflight = harness.handler("azure:Preflight");
  const { message } = await failure(preflight.create(plan, call("third")));
  expect(message).toContain(
    "gallery rehearsal/byhand is there, and has no tag imprimatur:stack: this stack did not make it; to publish into it set " +
      "`gallery.exists: true` in imprimatur:azure, or give this stack's another name; if somebody took its tags, run " +
      `\`az tag update --operation Merge --tags imprimatur:stack=third --resource-id ${id}\``,
  );
  // A version that this state has may have lost its tags.
  await preflight.update("", { inputs: plan, outputs: plan }, plan, call("third"));
});

test("a gallery with another stack's version is neither opened nor closed as a whole", async () => {
  const shares = { galleryId: gallery, community: true, subscriptions: [], tenants: [] };
  const sharing = harness.handler("azure:GallerySharing");
  const refused = await failure(sharing.create(shares, call("dev")));
  expect(refused.message).toContain(
    "gallery images is not opened to others: it holds images/other/1.0.0 of the stack other, and it is shared as a whole",
  );
  expect(await isOpen()).toBe(false);

  // Opened before the other stack came.
  await openToAll();
  const closing = { resourceGroup: "rehearsal", gallery: "images", permissions: "Private" };
  const { outputs } = await harness.handler("azure:GalleryClosing").create(closing, call("dev"));
  expect(outputs.open).toContain(
    "gallery images is not closed: it holds images/other/1.0.0 of the stack other",
  );
  const gone = sharing.delete("", { inputs: shares, outputs: shares }, call("dev"));
  await expect(gone).rejects.toThrow("gallery images is not made private: it holds images/other/1.0.0");
  expect(await isOpen()).toBe(true);
});

test("destroying its stack leaves a gallery, and the group around it, to whoever is in them", async () => {
  const before = await cloud.inventory();
  const deletion = harness.handler("azure:GalleryDeletion");
  const state = (objectId: string) => ({ inputs: { objectId }, outputs: { objectId } });
  await expect(deletion.delete("", state(gallery), call("dev"))).rejects.toThrow(
    "gallery images stays: it holds images/other of the stack other, images/other/1.0.0 of the stack other, and they would go with it; destroy that stack first",
  );
  // A gallery of this stack, in a group whose deletion would delete the other stack's disk.
  const own = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/own`;
  await arm(own, API, { location: "westeurope", tags: tags("dev"), properties: {} });
  await expect(deletion.delete("", state(own), call("dev"))).rejects.toThrow(
    /resource group rehearsal stays: it holds .*disks\/disk-other of the stack other/,
  );
  // This stack neither deletes nor guards the other stack's group.
  await deletion.delete("", state(own), call("other"));
  expect(await cloud.inventory()).toEqual(before);
});

/** Shares the gallery as its owner. */
async function openToAll(): Promise<void> {
  const answer = await askAzure("POST", `${gallery}/share`, API, { operationType: "EnableCommunity" });
  if (!answer.ok) throw new Error(await answer.text());
  for (let open = false; !open;) open = await isOpen();
}
