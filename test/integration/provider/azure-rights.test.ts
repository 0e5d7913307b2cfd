import { AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { isAllowed } from "../../../clouds/azure/rights";
import { permissionsFor } from "../../../clouds/permissions";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { runAzure } from "../administrator";
import { arm } from "./azure-arm";
import { failure, Harness } from "../../unit/provider/harness";

const harness = new Harness();
let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await runAzure(harness);
  await arm(`/subscriptions/${process.env.AZURE_SUBSCRIPTION_ID}/resourceGroups/images`, "2024-03-01", {
    location: "westeurope",
    tags: { "imprimatur:stack": "dev" },
  });
});
afterAll(() => harness.stop());
beforeEach(() => {
  harness.shown.length = 0;
});

const INPUTS: Properties = {
  resourceGroup: "images",
  resourceGroupExists: true,
  shared: true,
  location: "westeurope",
  regions: ["westeurope"],
  gallery: "demo",
  disks: [],
  versions: [],
};
const GROUP = "/resourceGroups/images";
const PUBLISHER = [
  { role: "imprimatur/publisher", scope: GROUP },
  { role: "Reader", scope: "" },
];
type Roles = { role: string; scope: string }[];
const allow = (without: string[], roles: Roles = PUBLISHER) =>
  cloud.fault!({ kind: "roles", roles, without });
const check = (more: Properties = {}) =>
  harness.handler("azure:Preflight").create({ ...INPUTS, ...more }, harness.call());

test("the published role on the group, and Reader on the subscription, are all that is asked for", async () => {
  await allow([]);
  await check();
  expect(harness.shown).toEqual([]);
});

const needed = permissionsFor(AZURE_PERMISSIONS, ["publish", "share"]);
/** Assigned on the subscription, where no other role gives the right that is taken out. */
const ALONE = [{ role: "imprimatur/publisher", scope: "" }];
/**
 * A caller with a role anywhere below a subscription sees it. The rights of polling are needed only when there is an
 * operation to poll.
 */
const UNASKED = /^Microsoft\.Resources\/subscriptions\/read$|Operations\/read$|\/operations\/read$/;

test.each(needed.filter(({ on }) => on === "group").map(({ name }) => name))(
  "without %s it refuses, and says who, what, where and the cure",
  async (name) => {
    await allow([name], ALONE);
    const said = (await failure(check())).message;
    const ofAzure = said.includes(`perform action '${name}'`);
    // Azure refuses and names the rights that the preflight's own requests need; the preflight's list has all others.
    if (!ofAzure) {
      expect(said).toMatch(
        /service principal [-\w]{36} \(object id [-\w]{36}\) may not, on \/subscriptions\/.*\/resourceGroups\/images: /,
      );
      expect(said).toContain(`service principal ${process.env.ARM_CLIENT_ID} `);
      expect(said).toContain(`${name} (`);
      expect(said).toContain("docs/policies/azure-publisher.json");
    }
    expect(ofAzure && !name.endsWith("/read")).toBe(false);
  },
);

test.each(needed.filter(({ on }) => on === "subscription").map(({ name }) => name))(
  "without %s on the subscription Azure's own refusal names it, where something is asked that needs it",
  async (name) => {
    await allow([name], ALONE);
    const outcome = await check().then(
      () => "",
      (error: Error) => error.message,
    );
    expect(outcome.includes(`perform action '${name}'`)).toBe(!UNASKED.test(name));
  },
);

test("without the right to delete a gallery it goes on, and warns", async () => {
  await allow(["Microsoft.Compute/galleries/delete"]);
  await check();
  expect(harness.shown.join("\n")).toMatch(/deleting .* will be refused: .*galleries\/delete \(/);
});

test("Contributor may not share, and Compute Gallery Sharing Admin besides may", async () => {
  const contributor = [{ role: "Contributor", scope: "" }];
  await allow([], contributor);
  expect((await failure(check())).message).toMatch(
    /may not.*: Microsoft\.Compute\/galleries\/share\/action \(share\);.*Compute Gallery Sharing Admin/,
  );
  await check({ shared: false });
  await allow([], [...contributor, { role: "Compute Gallery Sharing Admin", scope: GROUP }]);
  await check();
});

describe("a gallery that was shared and will not be", () => {
  const id = () =>
    `/subscriptions/${process.env.AZURE_SUBSCRIPTION_ID}${GROUP}/providers/Microsoft.Compute/galleries/open`;
  const put = (stack: string) =>
    arm(id(), "2024-03-03", {
      location: "westeurope",
      tags: { "imprimatur:stack": stack },
      properties: { sharingProfile: { permissions: "Groups" } },
    });
  const withoutSharing = () => allow(["Microsoft.Compute/galleries/share/action"]);
  const lacksSharing = /may not.*: Microsoft\.Compute\/galleries\/share\/action \(share\);.*Sharing Admin/;

  test("needs the right to share, once somebody has it", async () => {
    await put("dev");
    await withoutSharing();
    await check({ shared: false, gallery: "open" });
    await allow([]);
    const stranger = process.env.STRANGER_AZURE_SUBSCRIPTION_ID!;
    const shares = { galleryId: id(), community: false, subscriptions: [stranger], tenants: [] };
    await harness.handler("azure:GallerySharing").create(shares, harness.call());
    await withoutSharing();
    expect((await failure(check({ shared: false, gallery: "open" }))).message).toMatch(lacksSharing);
  });

  test("says so too when it is closed before that was asked", async () => {
    const inputs = { resourceGroup: "images", gallery: "open", permissions: "Private" };
    const { outputs } = await harness.handler("azure:GalleryClosing").create(inputs, harness.call());
    expect(outputs.open).toMatch(
      /share gallery open on Azure: AuthorizationFailed.*galleries\/share\/action/,
    );
    expect(outputs.open).toMatch(
      /azure-publisher\.json, or Compute Gallery Sharing Admin besides Contributor/,
    );
  });

  test("is another stack's, and then nothing is asked", async () => {
    await put("another");
    await check({ shared: false, gallery: "open" }).catch((error: Error) =>
      expect(error.message).not.toContain("share/action"),
    );
  });
});

test("a group that is to be made needs rights on the subscription", async () => {
  await allow([]);
  const said = (await failure(check({ resourceGroup: "new", resourceGroupExists: false }))).message;
  expect(said).toMatch(
    /may not, on \/subscriptions\/[-\w]+: .*resourceGroups\/write.*azure-group-maker\.json/,
  );
});

test.each([
  [true, "/resourceGroups/images"],
  [false, ""],
])("with a group that is there (%s) it asks for rights on %s alone", async (resourceGroupExists, scope) => {
  await allow([], resourceGroupExists ? PUBLISHER : [{ role: "Owner", scope: "" }]);
  harness.requests.length = 0;
  await check({ resourceGroupExists });
  const asked = harness.requests.filter((line) => line.includes("Microsoft.Authorization/permissions"));
  const id = `/subscriptions/${process.env.AZURE_SUBSCRIPTION_ID}${scope}`;
  expect(asked).toEqual([expect.stringContaining(`GET ${id}/providers/Microsoft.Authorization/permissions`)]);
});

test("asking that is not allowed, or fails, is one sentence, and no refusal", async () => {
  await allow(["Microsoft.Authorization/permissions/read"], [{ role: "imprimatur/publisher", scope: "" }]);
  await check();
  const once = [expect.stringMatching(/^which rights are missing could not be asked/)];
  expect(harness.shown).toEqual(once);
  harness.shown.length = 0;
  await allow([]);
  await cloud.fault!({ kind: "error", match: "Microsoft.Authorization/permissions", times: 2 });
  await check();
  expect(harness.shown).toEqual(once);
});

test("locks that may not be seen are one sentence, and no refusal", async () => {
  await allow(["Microsoft.Authorization/locks/read"], ALONE);
  await check();
  expect(harness.shown).toEqual([
    expect.stringMatching(/^which management locks there are could not be asked.*locks\/read/),
  ]);
});

test.each([
  [[{ actions: ["*"] }], true],
  [[{ actions: ["*/read"] }], false],
  [[{ actions: ["microsoft.compute/DISKS/*"] }], true],
  [[{ actions: ["*"], notActions: ["Microsoft.Compute/disks/write"] }], false],
  [
    [{ actions: ["*"], notActions: ["Microsoft.Compute/*"] }, { actions: ["Microsoft.Compute/disks/write"] }],
    true,
  ],
  [[], false],
])("of %j to write a disk: %s", (roles, want) => {
  expect(isAllowed("Microsoft.Compute/disks/write", roles)).toBe(want);
});

test("the first version of a definition comes with the cure for what Azure refused of managed disks in 2023", async () => {
  await allow([]);
  await check({ definitions: { demo: "TrustedLaunchSupported", plain: "Standard" } });
  expect(harness.shown).toEqual([
    expect.stringMatching(/^should Azure refuse versions of demo .*definition\.securityType: Standard/),
  ]);
});
