import { azure } from "../../../../config/azure/schema";
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

const SECURITY_TYPES = azure.shape.definition.unwrap().shape.securityType.unwrap().options;

// The values that the config allows, and the spellings in public scripts.
test.each([
  ...SECURITY_TYPES,
  ...[
    "ConfidentialVM",
    "ConfidentialVMSupported",
    "TrustedLaunchAndConfidentialVMSupported",
    "trustedlaunch",
  ],
])("a definition has the SecurityType %s", async (value) => {
  const made = await rehearsal.publisher.galleryImages.createOrUpdate(GROUP, "debian", value, {
    ...{ location: "westeurope", osType: "Linux", osState: "Generalized", hyperVGeneration: "V2" },
    identifier: { publisher: "Debian", offer: "security", sku: value },
    features: [{ name: "SecurityType", value }],
  });
  expect(made.features).toEqual([{ name: "SecurityType", value }]);
  await rehearsal.publisher.galleryImages.delete(GROUP, "debian", value);
});

test.each([
  [
    "a copy",
    { creationData: { createOption: "Copy", sourceResourceId: "/x" } },
    /'Copy' of a disk is not part/,
  ],
  [
    "another size",
    { creationData: { createOption: "Empty" }, diskSizeGB: 2 },
    /from 1 GB to 2 GB is not part/,
  ],
])("a disk is not rehearsed: %s", async (_what, more, message) => {
  const { disks } = rehearsal.publisher;
  const blank = { location: "westeurope", diskSizeGB: 1, creationData: { createOption: "Empty" } };
  await disks.createOrUpdate(GROUP, "blank", blank);
  const refused = disks.createOrUpdate(GROUP, "blank", { ...blank, ...more });
  await expect(refused).rejects.toMatchObject({
    statusCode: 501,
    message: expect.stringMatching(message) as string,
  });
});

test.each<[string, object, Record<string, string>, number, string]>([
  ["two tags of one name", { tags: { env: "a", Env: "b" } }, {}, 400, "InvalidParameter"],
  ["a condition", {}, { "if-none-match": "*" }, 501, "NotImplemented"],
])(
  "a change is refused that Azure would not make as it is asked for: %s",
  async (_what, more, headers, status, code) => {
    const { cloud } = rehearsal;
    const { AZURE_SUBSCRIPTION_ID, AZURE_TOKEN } = cloud.environment();
    const url = `http://127.0.0.1:${cloud.port}/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}?api-version=2024-03-01`;
    const answer = await fetch(url, {
      method: "PUT",
      headers: { authorization: `Bearer ${AZURE_TOKEN}`, ...headers },
      body: JSON.stringify({ location: "westeurope", ...more }),
    });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      status,
      code,
    ]);
  },
);

test.each([
  ["13.1", "trixie", "InvalidParameter"],
  ["13.1.4294967296", "trixie", "InvalidParameter"],
  ["01.0.0", "trixie", "InvalidParameter"],
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

describe("the SecurityType of a definition", () => {
  const properties = {
    ...{ osType: "Linux", osState: "Generalized", hyperVGeneration: "V2" },
    identifier: { publisher: "Debian", offer: "security", sku: "said" },
  };
  const put = async (apiVersion: string, more: object, gallery = "debian") => {
    const root = `/subscriptions/${rehearsal.cloud.environment().AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;
    const path = `${root}/galleries/${gallery}/images/said?api-version=${apiVersion}`;
    return rehearsal.arm("PUT", path, { location: "westeurope", properties: { ...properties, ...more } });
  };
  const remove = () => rehearsal.publisher.galleryImages.delete(GROUP, "debian", "said");
  const SUPPORTED = { name: "SecurityType", value: "TrustedLaunchSupported" };
  const STANDARD = { name: "SecurityType", value: "Standard" };

  test.each([
    { apiVersion: "2024-03-03", given: {}, want: undefined },
    { apiVersion: "2025-03-03", given: {}, want: [SUPPORTED] },
    { apiVersion: "2025-03-03", given: { features: [STANDARD] }, want: [STANDARD] },
    { apiVersion: "2025-03-03", given: { hyperVGeneration: "V1" }, want: undefined },
  ])("$apiVersion $given is $want", async ({ apiVersion, given, want }) => {
    expect((await put(apiVersion, given)).body).toMatchObject({
      properties: { ...(want && { features: want }) },
    });
    expect((await put(apiVersion, given)).status).toBe(200);
    const made = await rehearsal.publisher.galleryImages.get(GROUP, "debian", "said");
    expect(made.features).toEqual(want);
    await remove();
  });

  test.each([
    { security: "TrustedLaunch", fault: false, refused: true },
    { security: "TrustedLaunchSupported", fault: false, refused: false },
    { security: "TrustedLaunchSupported", fault: true, refused: true },
    { security: "Standard", fault: true, refused: false },
  ])(
    "$security, as in 2023: $fault, refuses a managed disk: $refused",
    async ({ security, fault, refused }) => {
      await rehearsal.cloud.fault?.({ kind: "clear" });
      if (fault) await rehearsal.cloud.fault?.({ kind: "security" });
      await put("2024-03-03", { features: [{ name: "SecurityType", value: security }] });
      await rehearsal.publisher.disks.createOrUpdate(GROUP, "secure", {
        ...{ location: "westeurope", osType: "Linux", hyperVGeneration: "V2", diskSizeGB: 1 },
        creationData: { createOption: "Empty" },
      });
      const { id = "" } = await rehearsal.publisher.disks.get(GROUP, "secure");
      const made = rehearsal.publisher.galleryImageVersions.createOrUpdate(GROUP, "debian", "said", "1.0.0", {
        location: "westeurope",
        storageProfile: { osDiskImage: { source: { id } } },
      });
      if (refused)
        await expect(made).rejects.toThrow(/^The security type '\w+' is not supported for the source id/);
      else await made;
      await rehearsal.publisher.disks.delete(GROUP, "secure");
      await rehearsal.cloud.fault?.({ kind: "clear" });
      if (!refused) {
        await rehearsal.publisher.galleryImageVersions.delete(GROUP, "debian", "said", "1.0.0");
        await expect(remove()).rejects.toThrow(/nested resources/);
      }
      await remove();
    },
  );
});
