import {
  clear,
  COMMUNITY,
  download,
  GROUP,
  onceEmpty,
  putDefinition,
  putVersion,
  qemuVhd,
  type Rehearsal,
  rehearse,
  shareGallery,
  uploadedDisk,
} from "./harness";

const vhd = qemuVhd(24);
let rehearsal: Rehearsal;

beforeAll(async () => {
  rehearsal = await rehearse();
});
afterEach(() => clear(rehearsal));
afterAll(() => rehearsal.end());

const share = (operationType: string, groups?: { type: string; ids: string[] }[]) =>
  shareGallery(rehearsal, { operationType, groups });
const version = (expand?: string) =>
  rehearsal.publisher.galleryImageVersions.get(GROUP, "debian", "trixie", "13.1.0", { expand });
const listed = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of pages) found.push(item);
  return found;
};

test("a stranger finds a community gallery's version and reads the very bytes that were published", async () => {
  await putDefinition(rehearsal, COMMUNITY);
  await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd), ["West Europe", "eastus2"]);
  const { publisher, stranger, cloud } = rehearsal;
  expect((await publisher.galleries.get(GROUP, "debian")).sharingProfile?.communityGalleryInfo).toMatchObject(
    {
      communityGalleryEnabled: false,
    },
  );

  await share("EnableCommunity");
  const info = (await publisher.galleries.get(GROUP, "debian")).sharingProfile?.communityGalleryInfo;
  const [publicName = ""] = info?.publicNames ?? [];
  expect(publicName).toMatch(/^debianorg-/);

  const versions = await listed(stranger.communityGalleryImageVersions.list("eastus2", publicName, "trixie"));
  expect(versions).toMatchObject([
    {
      name: "13.1.0",
      uniqueId: `/CommunityGalleries/${publicName}/Images/trixie/Versions/13.1.0`,
      excludeFromLatest: false,
    },
  ]);
  await expect(stranger.communityGalleries.get("japaneast", publicName)).rejects.toMatchObject({
    statusCode: 404,
  });

  const env = cloud.environment();
  await rehearsal.arm(
    "PUT",
    `/subscriptions/${env.STRANGER_AZURE_SUBSCRIPTION_ID}/resourceGroups/mine?api-version=2025-04-01`,
    { location: "eastus2" },
    env.STRANGER_AZURE_TOKEN,
  );
  const copy = () =>
    stranger.disks.createOrUpdate("mine", "copy", {
      location: "eastus2",
      creationData: {
        createOption: "FromImage",
        galleryImageReference: { communityGalleryImageId: versions[0]?.uniqueId },
      },
    });
  // The replica was reported complete only just now.
  await expect(copy()).rejects.toMatchObject({ statusCode: 404, code: "GalleryImageNotFound" });
  await copy();
  const { accessSAS = "" } = await stranger.disks.grantAccess("mine", "copy", {
    access: "Read",
    durationInSeconds: 600,
  });
  expect((await download(accessSAS)).equals(vhd)).toBe(true);
});

test("a shared gallery is deleted only after a reset, and so is its resource group", async () => {
  await putDefinition(rehearsal, COMMUNITY);
  await share("EnableCommunity");
  const { publisher, arm, cloud } = rehearsal;
  await publisher.galleryImages.delete(GROUP, "debian", "trixie");
  await expect(onceEmpty(() => publisher.galleries.delete(GROUP, "debian"))).rejects.toThrow(/Reset/);
  const group = `/subscriptions/${cloud.environment().AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}?api-version=2024-03-01`;
  const refused = await arm("DELETE", group);
  expect(refused.status).toBe(202);
  const result = await arm(
    "GET",
    new URL(refused.headers.get("location") ?? "").pathname + "?api-version=2024-03-01",
  );
  expect(result.body).toMatchObject({ error: { code: "ResourceGroupDeletionBlocked" } });

  await share("Reset");
  expect((await publisher.galleries.get(GROUP, "debian")).sharingProfile).toBeUndefined();
  await publisher.galleries.delete(GROUP, "debian");
  expect((await arm("DELETE", group)).status).toBe(200);
});

test("a gallery shared with a tenant is seen by that tenant, and by nobody else", async () => {
  await putDefinition(rehearsal, { permissions: "Groups" });
  await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd));
  const { publisher, stranger, cloud } = rehearsal;
  const tenant = cloud.environment().STRANGER_AZURE_TENANT_ID ?? "";
  expect(await listed(stranger.sharedGalleries.list("westeurope"))).toEqual([]);
  await share("Add", [{ type: "AADTenants", ids: [tenant] }]);
  const [seen] = await listed(stranger.sharedGalleries.list("westeurope", { sharedTo: "tenant" }));
  expect(seen?.name).toMatch(/-DEBIAN$/);
  const versions = await listed(
    stranger.sharedGalleryImageVersions.list("westeurope", seen?.name ?? "", "trixie"),
  );
  expect(versions.map(({ name }) => name)).toEqual(["13.1.0"]);
  await share("Remove", [{ type: "AADTenants", ids: [tenant] }]);
  expect(await listed(stranger.sharedGalleries.list("westeurope", { sharedTo: "tenant" }))).toEqual([]);
  expect(
    (await publisher.galleries.get(GROUP, "debian", { expand: "SharingProfile/Groups" })).sharingProfile
      ?.groups,
  ).toEqual([]);
});

test("a list of shared galleries shows them in every region they have reached, and to whom they are shared", async () => {
  await putDefinition(rehearsal, { permissions: "Groups" });
  await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd), ["westeurope", "eastus"]);
  const { stranger, cloud } = rehearsal;
  const { STRANGER_AZURE_SUBSCRIPTION_ID = "", STRANGER_AZURE_TENANT_ID = "" } = cloud.environment();
  const seen = async (location: string, sharedTo?: string) =>
    (await listed(stranger.sharedGalleries.list(location, { sharedTo }))).length;
  const seenIn = async () => ({
    home: [await seen("westeurope"), await seen("westeurope", "tenant")],
    replica: [await seen("eastus"), await seen("eastus", "tenant")],
    elsewhere: [await seen("japaneast"), await seen("japaneast", "tenant")],
  });
  await share("Add", [{ type: "Subscriptions", ids: [STRANGER_AZURE_SUBSCRIPTION_ID] }]);
  expect(await seenIn()).toEqual({ home: [1, 0], replica: [1, 0], elsewhere: [0, 0] });
  const [gallery] = await listed(stranger.sharedGalleries.list("eastus"));
  const versions = (sharedTo?: string) =>
    listed(stranger.sharedGalleryImageVersions.list("eastus", gallery?.name ?? "", "trixie", { sharedTo }));
  expect(await versions()).toMatchObject([{ name: "13.1.0" }]);
  await expect(versions("tenant")).rejects.toMatchObject({ statusCode: 404 });

  await share("Remove", [{ type: "Subscriptions", ids: [STRANGER_AZURE_SUBSCRIPTION_ID] }]);
  await share("Add", [{ type: "AADTenants", ids: [STRANGER_AZURE_TENANT_ID] }]);
  expect(await seenIn()).toEqual({ home: [0, 1], replica: [0, 1], elsewhere: [0, 0] });
  await expect(seen("eastus", "everyone")).rejects.toMatchObject({
    statusCode: 400,
    code: "InvalidParameter",
  });
});

test("one region's replication fails; removing the region and adding it again mends the version", async () => {
  await putDefinition(rehearsal);
  const disk = await uploadedDisk(rehearsal, "source", vhd);
  await rehearsal.cloud.fault?.({ kind: "replication", region: "East US 2" });
  await expect(putVersion(rehearsal, disk, ["westeurope", "eastus2"])).rejects.toThrow(/East US 2/);
  expect(await version("ReplicationStatus")).toMatchObject({
    provisioningState: "Failed",
    replicationStatus: {
      aggregatedState: "Failed",
      summary: [
        { region: "West Europe", state: "Completed", progress: 100 },
        { region: "East US 2", state: "Failed" },
      ],
    },
  });
  await expect(putVersion(rehearsal, disk, ["westeurope", "eastus2"])).rejects.toThrow(
    /update again by adding them back/,
  );
  expect((await putVersion(rehearsal, disk)).provisioningState).toBe("Succeeded");
  expect((await putVersion(rehearsal, disk, ["westeurope", "eastus2"])).provisioningState).toBe("Succeeded");
});

test("deprecation is an end-of-life date and excludeFromLatest, and the rest of a version stays", async () => {
  await putDefinition(rehearsal);
  const disk = await uploadedDisk(rehearsal, "source", vhd);
  await putVersion(rehearsal, disk);
  const endOfLifeDate = new Date("2027-06-30T00:00:00Z");
  await putVersion(rehearsal, disk, ["westeurope"], { excludeFromLatest: true, endOfLifeDate });
  expect((await version()).publishingProfile).toMatchObject({ excludeFromLatest: true, endOfLifeDate });
  const other = await uploadedDisk(rehearsal, "other", vhd);
  await expect(putVersion(rehearsal, other)).rejects.toMatchObject({ code: "PropertyChangeNotAllowed" });
});

test("what is nested must be deleted first; at the end nothing is left, Azurite's containers included", async () => {
  await putDefinition(rehearsal);
  await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd));
  const { publisher, cloud, arm } = rehearsal;
  await expect(publisher.galleries.delete(GROUP, "debian")).rejects.toMatchObject({
    code: "CannotDeleteResource",
  });
  await expect(publisher.galleryImages.delete(GROUP, "debian", "trixie")).rejects.toMatchObject({
    code: "CannotDeleteResource",
  });
  await publisher.disks.delete(GROUP, "source");
  expect((await cloud.inventory()).find(({ kind }) => kind === "image version")?.bytes).toBeGreaterThan(
    70_000,
  );
  await publisher.galleryImageVersions.delete(GROUP, "debian", "trixie", "13.1.0");
  // Each is refused once: its contents are gone, and Azure does not know that yet.
  const definition = () => publisher.galleryImages.delete(GROUP, "debian", "trixie");
  await expect(definition()).rejects.toMatchObject({ code: "CannotDeleteResource" });
  await definition();
  const gallery = () => publisher.galleries.delete(GROUP, "debian");
  await expect(gallery()).rejects.toMatchObject({ code: "CannotDeleteResource" });
  await gallery();
  await arm(
    "DELETE",
    `/subscriptions/${cloud.environment().AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}?api-version=2024-03-01`,
  );
  expect(await cloud.inventory()).toEqual([]);
});

test("everything survives a restart: ports, tokens, resources, bytes and links", async () => {
  await putDefinition(rehearsal);
  await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd));
  const { publisher } = rehearsal;
  const { accessSAS = "" } = await publisher.disks.grantAccess(GROUP, "source", {
    access: "Read",
    durationInSeconds: 600,
  });
  const before = { environment: rehearsal.cloud.environment(), inventory: await rehearsal.cloud.inventory() };
  await rehearsal.restart();
  expect({
    environment: rehearsal.cloud.environment(),
    inventory: await rehearsal.cloud.inventory(),
  }).toEqual(before);
  expect((await download(accessSAS)).equals(vhd)).toBe(true);
});

test("a byte changed in a version on request is in the copy that is read, and not in its source", async () => {
  await putDefinition(rehearsal);
  await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd));
  const { publisher, cloud } = rehearsal;
  await cloud.fault?.({ kind: "mutate", id: (await version()).id, offset: 12 * 1024 * 1024 + 5 });
  const galleryImageReference = { id: (await version()).id };
  const copied = () =>
    publisher.disks.createOrUpdate(GROUP, "copy", {
      location: "westeurope",
      creationData: { createOption: "FromImage", galleryImageReference },
    });
  await copied().catch(copied);
  const read = async (disk: string) =>
    download(
      (await publisher.disks.grantAccess(GROUP, disk, { access: "Read", durationInSeconds: 600 }))
        .accessSAS ?? "",
    );
  expect((await read("source")).equals(vhd)).toBe(true);
  const copy = await read("copy");
  expect(copy.equals(vhd)).toBe(false);
  const at = 12 * 1024 * 1024 + 5;
  expect(copy[at]).not.toBe(vhd[at]);
  copy[at] = vhd[at] ?? 0;
  expect(copy.equals(vhd)).toBe(true);
});
