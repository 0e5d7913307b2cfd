import { AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { Deployment } from "../../../audit/deployment";
import { deleteLeftovers, findLeftovers } from "../../../audit/sweep/sweep";
import { askAzure, runAzure } from "../administrator";
import { Harness } from "../../unit/provider/harness";
import { exportOf, IDENTITY, releaseResources, state } from "../../unit/audit/exported";
import { briefly, StandIn } from "./stand-in";

const standIn = new StandIn("azure");
let harness: Harness;
let group: string;
let gallery: string;
beforeAll(async () => {
  harness = new Harness();
  const cloud = await runAzure(harness);
  standIn.is(cloud);
  group = `/subscriptions/${process.env.ARM_SUBSCRIPTION_ID}/resourceGroups/audited`;
  gallery = `${group}/providers/Microsoft.Compute/galleries/audited`;
  await arm("PUT", group, "2024-03-01", { location: "westeurope", tags: IDENTITY });
  const properties = { sharingProfile: { permissions: "Groups" } };
  await arm("PUT", gallery, "2024-03-03", { location: "westeurope", tags: IDENTITY, properties });
  await settled();
});
afterAll(() => harness.stop());

async function arm(method: string, id: string, version: string, body?: object): Promise<unknown> {
  const answer = await askAzure(method, id, version, body);
  const text = await answer.text();
  if (answer.status > 202) throw new Error(`${method} ${id}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

interface Answer {
  properties: { provisioningState: string; diskState?: string };
}

async function settled(id = gallery, version = "2024-03-03"): Promise<void> {
  for (;;) {
    const { properties } = (await arm("GET", id, version)) as Answer;
    if (properties.provisioningState === "Succeeded") return;
  }
}

const stack = (subscriptions: string[] = []) => [
  ...releaseResources("1.0", "staged", { azure: { westeurope: [] } }),
  state("azure-native:resources:ResourceGroup", "g", group, { tags: IDENTITY }),
  state("azure-native:compute:Gallery", "g", gallery, {
    tags: IDENTITY,
    sharingProfile: { permissions: "Groups" },
  }),
  state("imprimatur:azure:GallerySharing", "g", `${gallery}/sharing`, {
    galleryId: gallery.toUpperCase(),
    community: false,
    subscriptions,
    tenants: [],
  }),
];

test("a gallery that nobody shares is as it should be", async () => {
  const result = await standIn.audit(stack());
  expect(result).toMatchObject({
    findings: [],
    unasked: [],
    looked: { azure: { stranger: true, counts: { galleries: 1, "resource groups": 1 } } },
  });
});

test("a subscription that somebody added is found, and nothing once the stack says so too", async () => {
  const stranger = process.env.STRANGER_AZURE_SUBSCRIPTION_ID!;
  await arm("POST", `${gallery}/share`, "2024-03-03", {
    operationType: "Add",
    groups: [{ type: "Subscriptions", ids: [stranger] }],
  });
  await settled();
  expect(briefly(await standIn.audit(stack()))).toEqual([
    `global gallery sharing subscription ${stranger}: extra, up, owner`,
  ]);
  expect(briefly(await standIn.audit(stack([stranger])))).toEqual([]);
});

test("a gallery that is gone is told once, and so are wrong tags", async () => {
  const [ledger, release, resourceGroup] = stack();
  const absent = `${gallery}x`;
  const wanted = [
    ledger!,
    release!,
    { ...resourceGroup!, inputs: { tags: { ...IDENTITY, extra: "1" } } },
    state("azure-native:compute:Gallery", "g", absent, { tags: IDENTITY }),
    state("azure-native:compute:GalleryImage", "d", `${absent}/images/demo`, { tags: IDENTITY }),
  ];
  expect(briefly(await standIn.audit(wanted))).toEqual([
    "global definition existence: missing, up, owner",
    "global gallery existence: missing, up, owner",
    "global resource group tag extra: missing, up, owner",
  ]);
});

describe("of an audit of everything", () => {
  const version = () => `${gallery}/images/demo/versions/1.0.0`;
  const everything = () => [
    ...stack(),
    state("azure-native:compute:GalleryImage", "d", `${gallery}/images/demo`, { tags: IDENTITY }),
    state("azure-native:compute:GalleryImageVersion", "v", version(), { tags: IDENTITY }, "1.0"),
    state("azure-native:compute:Disk", "k", `${group}/providers/Microsoft.Compute/disks/demo`, {
      tags: IDENTITY,
    }),
  ];

  test("all can be asked with the auditor's role", async () => {
    expect(await standIn.audit(everything())).toMatchObject({
      unasked: [],
      looked: { azure: { stranger: true } },
    });
  });

  const asked = permissionsFor(AZURE_PERMISSIONS, ["audit"]);
  test.each(asked.map(({ name }) => name))("what %s is needed for is said to be unknown", async (name) => {
    const { unasked } = await standIn.audit(everything(), {}, [name]);
    for (const line of unasked) expect(line).toContain(`'${name}'`);
    expect(unasked).not.toEqual([]);
  });
});

describe("a sweep of somebody who has the sweeper's role alone", () => {
  const COMPUTE = "providers/Microsoft.Compute";
  const stack = "lost";
  const tags = { ...IDENTITY, "imprimatur:stack": stack };
  const lost = () => `/subscriptions/${process.env.ARM_SUBSCRIPTION_ID}/resourceGroups/lost`;
  const shared = () => `${lost()}/${COMPUTE}/galleries/lost`;
  const disk = () => `${lost()}/${COMPUTE}/disks/lost`;
  const look = () =>
    findLeftovers({
      deployment: Deployment.parse(exportOf([])),
      owner: { stack, product: "demo" },
      places: { azure: { subscriptions: [process.env.ARM_SUBSCRIPTION_ID!] } },
      options: {},
      signal: new AbortController().signal,
    });
  const sweep = async () => {
    const { found, unasked } = await look();
    const { problems } = await deleteLeftovers(found);
    return { found: found.map(({ leftover }) => leftover.object.kind), said: [...unasked, ...problems] };
  };

  beforeAll(async () => {
    await arm("PUT", lost(), "2024-03-01", { location: "westeurope", tags });
    const properties = { sharingProfile: { permissions: "Groups" } };
    await arm("PUT", shared(), "2024-03-03", { location: "westeurope", tags, properties });
    await settled(shared());
    const architecture = {
      architecture: "x64",
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
    };
    await arm("PUT", `${shared()}/images/demo`, "2024-03-03", {
      location: "westeurope",
      tags,
      properties: { ...architecture, identifier: { publisher: "p", offer: "o", sku: "s" } },
    });
    await settled(`${shared()}/images/demo`);
    await arm("POST", `${shared()}/share`, "2024-03-03", {
      operationType: "Add",
      groups: [{ type: "Subscriptions", ids: [process.env.STRANGER_AZURE_SUBSCRIPTION_ID!] }],
    });
    await settled(shared());
    await arm("PUT", disk(), "2024-03-02", {
      location: "westeurope",
      tags,
      sku: { name: "Standard_LRS" },
      properties: { osType: "Linux", diskSizeGB: 1, creationData: { createOption: "Empty" } },
    });
    await settled(disk(), "2024-03-02");
    await arm("POST", `${disk()}/beginGetAccess`, "2024-03-02", { access: "Read", durationInSeconds: 3600 });
  });

  const disks = "Microsoft.Compute/disks";
  const galleries = "Microsoft.Compute/galleries";
  const groups = "Microsoft.Resources/subscriptions/resourceGroups";
  const names = (said: readonly string[], rights: readonly string[]) => {
    for (const name of rights) expect(said).toContainEqual(expect.stringContaining(`'${name}'`));
    expect(said).toHaveLength(rights.length);
  };

  test.each([`${disks}/read`, `${galleries}/read`, `${galleries}/images/read`, `${groups}/read`])(
    "names %s when it lacks that",
    async (name) => names((await standIn.only("sweeper", look, [name])).unasked, [name]),
  );

  test.each([
    [
      [
        `${galleries}/images/delete`,
        `${galleries}/share/action`,
        `${disks}/endGetAccess/action`,
        `${groups}/resources/read`,
      ],
    ],
    [[`${galleries}/delete`, `${disks}/delete`, `${groups}/resources/read`]],
  ])("names %j when it lacks these, and goes on with the rest", async (without) => {
    names((await standIn.only("sweeper", sweep, without)).said, without);
  });

  test("says of what somebody locked how that is undone, and takes away the rest", async () => {
    const scope = `/resourceGroups/lost/${COMPUTE}/disks/lost`;
    await standIn.fault({ kind: "lock", scope, level: "CanNotDelete" });
    const { said } = await standIn.only("sweeper", sweep);
    await standIn.fault({ kind: "lock", scope, level: "none" });
    expect(said).toEqual([
      expect.stringMatching(
        /^delete disk lost\/lost on Azure: ScopeLocked: .*; somebody locked that: look for the lock/,
      ),
      expect.stringContaining("resource group lost still holds 1 things"),
    ]);
  });

  test("takes everything away, what a link holds too", async () => {
    const rest = ["disk", "resource group"];
    expect(await standIn.only("sweeper", sweep)).toEqual({ found: rest, said: [] });
    expect(await standIn.only("sweeper", sweep)).toEqual({ found: [], said: [] });
  });
});
