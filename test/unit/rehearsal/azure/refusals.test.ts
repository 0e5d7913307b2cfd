import { GROUP, putDefinition, putVersion, qemuVhd, type Rehearsal, rehearse, uploadedDisk } from "./harness";

const vhd = qemuVhd(24);
let rehearsal: Rehearsal;

beforeAll(async () => {
  rehearsal = await rehearse();
  await putDefinition(rehearsal);
});
afterAll(() => rehearsal.end());

test.each([
  ["two definitions of one identifier", "/galleries/debian/images/again", {}, 409, "Conflict"],
  [
    "another generation",
    "/galleries/debian/images/trixie",
    { hyperVGeneration: "V1" },
    409,
    "PropertyChangeNotAllowed",
  ],
  ["an unknown property", "/galleries/debian/images/trixie", { colour: "red" }, 400, "BadRequest"],
  [
    "a feature that needs V2 on V1",
    "/galleries/debian/images/v1",
    { hyperVGeneration: "V1", features: [{ name: "SecurityType", value: "TrustedLaunch" }] },
    400,
    "InvalidParameter",
  ],
  ["no such gallery", "/galleries/none/images/trixie", {}, 404, "ParentResourceNotFound"],
])("a definition is refused: %s", async (_what, path, change, status, code) => {
  const { arm, cloud } = rehearsal;
  const properties = {
    osType: "Linux",
    osState: "Generalized",
    hyperVGeneration: "V2",
    identifier: { publisher: "Debian", offer: "debian-13", sku: "13-gen2" },
    ...change,
  };
  const root = `/subscriptions/${cloud.environment().AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;
  const answer = await arm("PUT", `${root}${path}?api-version=2024-03-03`, {
    location: "westeurope",
    properties,
  });
  expect(answer).toMatchObject({ status, body: { error: { code } } });
});

test.each([
  ["13.1", "trixie", "InvalidParameter"],
  ["13.1.4294967296", "trixie", "InvalidParameter"],
])("a version named %s is refused", async (name, definition, code) => {
  const disk = await uploadedDisk(rehearsal, name.replaceAll(".", "-"), vhd);
  const wanted = { location: "westeurope", storageProfile: { source: { id: disk } } };
  await expect(
    rehearsal.publisher.galleryImageVersions.createOrUpdate(GROUP, "debian", definition, name, wanted),
  ).rejects.toMatchObject({ code });
});

test("a version needs a disk whose upload has ended, in its own region, of its definition's generation", async () => {
  const { publisher } = rehearsal;
  const make = async (name: string, more: object) =>
    (
      await publisher.disks.createOrUpdate(GROUP, name, {
        location: "westeurope",
        osType: "Linux",
        hyperVGeneration: "V2",
        creationData: { createOption: "Upload", uploadSizeBytes: vhd.length },
        ...more,
      })
    ).id ?? "";
  await expect(putVersion(rehearsal, await make("waiting", {}))).rejects.toThrow(/ReadyToUpload/);
  await expect(putVersion(rehearsal, await make("elsewhere", { location: "eastus" }))).rejects.toThrow(
    /East US/,
  );
  const old = { hyperVGeneration: "V1", creationData: { createOption: "Empty" }, diskSizeGB: 1 };
  await expect(putVersion(rehearsal, await make("old", old))).rejects.toThrow(/Hypervisor generation/);
  await expect(putVersion(rehearsal, await uploadedDisk(rehearsal, "home", vhd), ["eastus"])).rejects.toThrow(
    /target regions/,
  );
});
