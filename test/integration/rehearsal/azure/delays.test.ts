import {
  COMMUNITY,
  GROUP,
  onceEmpty,
  putDefinition,
  putGroup,
  putVersion,
  qemuVhd,
  type Rehearsal,
  rehearse,
  shareGallery,
  uploadedDisk,
} from "./harness";

const vhd = qemuVhd(24);
let rehearsal: Rehearsal;
afterEach(() => rehearsal.end());

const share = (operationType: string) => shareGallery(rehearsal, { operationType });

test("a slow cloud answers 201 or 202 with links to poll, and its states in between", async () => {
  rehearsal = await rehearse(0.2);
  await putGroup(rehearsal);
  const { arm, cloud } = rehearsal;
  const root = `/subscriptions/${cloud.environment().AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;
  const put = await arm("PUT", `${root}/galleries/slow?api-version=2024-03-03`, { location: "westeurope" });
  expect(put).toMatchObject({ status: 201, body: { properties: { provisioningState: "Creating" } } });
  expect(put.headers.get("retry-after")).toBe("1");
  const link = new URL(put.headers.get("azure-asyncoperation") ?? "");
  expect((await arm("GET", link.pathname + link.search)).body).toMatchObject({ status: "InProgress" });
  const again = await arm("PUT", `${root}/galleries/slow?api-version=2024-03-03`, { location: "westeurope" });
  expect(again).toMatchObject({ status: 409, body: { error: { code: "Conflict" } } });
});

test("with delays, Azure's client polls its way through upload, version, sharing and deletion", async () => {
  rehearsal = await rehearse(0.02);
  const { publisher, cloud } = rehearsal;
  await putDefinition(rehearsal, COMMUNITY);
  const made = await putVersion(rehearsal, await uploadedDisk(rehearsal, "source", vhd), [
    "westeurope",
    "eastus2",
  ]);
  expect(made.provisioningState).toBe("Succeeded");
  await share("EnableCommunity");
  await share("Reset");
  await publisher.galleryImageVersions.delete(GROUP, "debian", "trixie", "13.1.0");
  await onceEmpty(() => publisher.galleryImages.delete(GROUP, "debian", "trixie"));
  await onceEmpty(() => publisher.galleries.delete(GROUP, "debian"));
  await publisher.disks.delete(GROUP, "source");
  expect((await cloud.inventory()).map(({ kind }) => kind)).toEqual(["resource group"]);
});
