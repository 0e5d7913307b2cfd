import type { RunningCloud } from "../../../rehearsal/cloud";
import { runAzure } from "../administrator";
import { arm, rehearsalGroup, seen } from "./azure-arm";
import { failure, Harness } from "../../unit/provider/harness";

const API = "2024-03-03";
const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
const OTHER = "22222222-3333-4444-5555-666666666666";
const OURS = { "imprimatur:stack": "dev" };
const PROFILES = {
  Private: {},
  Groups: { sharingProfile: { permissions: "Groups" } },
  Community: {
    sharingProfile: {
      permissions: "Community",
      communityGalleryInfo: {
        publicNamePrefix: "debian",
        publisherUri: "https://example.org",
        publisherContact: "a@example.org",
        eula: "https://example.org/eula",
      },
    },
  },
} as const;
type Permissions = keyof typeof PROFILES;
let harness: Harness;
let cloud: RunningCloud;
beforeAll(async () => {
  harness = new Harness();
  cloud = await runAzure(harness);
  await arm(rehearsalGroup(), "2024-03-01", { location: "westeurope" });
});
afterAll(() => harness.stop());
afterEach(() => cloud.fault!({ kind: "clear" }));

const idOf = (gallery: string) => `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/${gallery}`;

/** The native gallery's request. */
const put = (gallery: string, permissions: Permissions, tags: Record<string, string> = OURS) =>
  arm(idOf(gallery), API, { location: "westeurope", tags, properties: PROFILES[permissions] });

/** A gallery that is shared, if its permissions allow it. */
async function shared(
  gallery: string,
  permissions: Permissions,
  tags: Record<string, string> = OURS,
  groups: string[] = [SUBSCRIPTION],
): Promise<void> {
  await put(gallery, permissions, tags);
  if (permissions === "Private") return;
  const community = permissions === "Community";
  const subscriptions = community ? [] : groups;
  const shares = { galleryId: idOf(gallery), community, subscriptions, tenants: [] };
  await harness.handler("azure:GallerySharing").create(shares, harness.call());
}

const permissionsOf = async (gallery: string) => {
  const { sharingProfile } = (await seen(idOf(gallery), API)).properties;
  return (sharingProfile as { permissions?: string } | undefined)?.permissions ?? "Private";
};
const inputsFor = (gallery: string, permissions: Permissions, subscriptions: string[] = []) => ({
  resourceGroup: "rehearsal",
  gallery,
  permissions,
  subscriptions,
  tenants: [],
});
const groupsOf = async (gallery: string) => {
  const { sharingProfile } = (await seen(idOf(gallery), API, "&$expand=SharingProfile/Groups")).properties;
  return (sharingProfile as { groups?: { ids: string[] }[] } | undefined)?.groups?.flatMap(({ ids }) => ids);
};
const closing = () => harness.handler("azure:GalleryClosing");
const CLOSED = { open: "", openFor: [], closings: 1 };

/** All requests to Azure during the work, other than reads. */
async function changesBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = harness.requests.length;
  await work();
  return harness.requests.slice(before).filter((line) => !line.includes("GET "));
}

test.each([
  { from: "Community", means: "private" },
  { from: "Community", means: "unchanged" },
  { from: "Groups", means: "private" },
  { from: "Groups", means: "unchanged" },
] as const)(
  "a gallery for $from is closed where a PUT without profile means $means",
  async ({ from, means }) => {
    const gallery = `${from}.${means}`;
    await cloud.fault!({ kind: "absent-profile", means });
    await shared(gallery, from);
    if (means === "private") {
      await expect(put(gallery, "Private")).rejects.toThrow(/reset its sharing/);
    }
    const inputs = inputsFor(gallery, from, from === "Groups" ? [SUBSCRIPTION] : []);
    const old = { inputs, outputs: inputs };
    const outputs = await closing().update("x", old, inputsFor(gallery, "Private"), harness.call());
    expect(outputs).toMatchObject(CLOSED);
    await put(gallery, "Private");
    expect(await permissionsOf(gallery)).toBe("Private");
  },
);

test.each([
  { what: "a list", subscriptions: [SUBSCRIPTION, OTHER] },
  { what: "no list, in the state of an older version", subscriptions: undefined },
])("one subscription of two is taken away: $what", async ({ subscriptions }) => {
  const gallery = `narrowed.${subscriptions?.length}`;
  await shared(gallery, "Groups", OURS, [SUBSCRIPTION, OTHER]);
  const before = { ...inputsFor(gallery, "Groups"), subscriptions };
  const inputs = inputsFor(gallery, "Groups", [OTHER.toUpperCase()]);
  const outputs = await closing().update("x", { inputs: before, outputs: before }, inputs, harness.call());
  expect(outputs).toMatchObject(CLOSED);
  expect(await groupsOf(gallery)).toEqual([OTHER]);
});

test.each([
  { what: "is opened", from: "Private", to: "Community" },
  { what: "stays as it is", from: "Community", to: "Community" },
] as const)("a gallery that $what is not even looked at", async ({ from, to }) => {
  const before = harness.requests.length;
  const old = { inputs: inputsFor("none", from), outputs: inputsFor("none", from) };
  const outputs = await closing().update("x", old, inputsFor("none", to), harness.call());
  expect(outputs).toMatchObject({ open: "", closings: 0 });
  await closing().create(inputsFor("none", "Community"), harness.call());
  expect(harness.requests.slice(before)).toEqual([]);
});

test.each([
  ["another stack's gallery", { "imprimatur:stack": "other" }, 'its tag imprimatur:stack is "other"'],
  ["a gallery made by hand", {}, "it has no tag imprimatur:stack"],
])("%s stays as it is, and that it is open is told", async (_what, tags, reason) => {
  await shared("others", "Community", tags);
  const outputs = (await closing().create(inputsFor("others", "Private"), harness.call())).outputs;
  expect(outputs.open).toContain(`others is there, and this stack did not make it (${reason})`);
  expect(await permissionsOf("others")).toBe("Community");
});

test("a gallery that is not there, and the end of it, need nothing done", async () => {
  const inputs = inputsFor("none", "Private");
  const { id, outputs } = await closing().create(inputs, harness.call());
  expect({ id, outputs }).toMatchObject({ id: "gallery rehearsal/none/closing", outputs: { closings: 0 } });
  const old = { inputs, outputs };
  expect(await closing().read(id, old, harness.call())).toEqual({ id, ...old });
  await closing().delete(id, old, harness.call());
});

test.each([
  { from: "Community", to: "Groups" },
  { from: "Groups", to: "Community" },
] as const)("from $from to $to nobody loses it, as Azure never lets it go there", async ({ from, to }) => {
  const gallery = `${from}.${to}`;
  await shared(gallery, from);
  const old = {
    inputs: inputsFor(gallery, from, [SUBSCRIPTION]),
    outputs: inputsFor(gallery, from, [SUBSCRIPTION]),
  };
  const changes = await changesBy(async () => {
    const outputs = await closing().update("x", old, inputsFor(gallery, to, [OTHER]), harness.call());
    expect(outputs.open).toMatch(/Azure never changes that to .*share with nobody for one `up`/);
  });
  expect(changes).toEqual([]);
});

test("what somebody opened behind the stack is seen by a refresh, and closed by the next up", async () => {
  const inputs = inputsFor("opened", "Private");
  const { id, outputs } = await closing().create(inputs, harness.call());
  await shared("opened", "Community");
  const found = await closing().read(id, { inputs, outputs }, harness.call());
  expect(found?.inputs).toEqual({ ...inputs, permissions: "Community" });
  await closing().update(id, found!, inputs, harness.call());
  expect(await permissionsOf("opened")).toBe("Private");
  expect(await harness.inputsSeen("azure:GalleryClosing", id, inputs, outputs)).toEqual(inputs);
});

test("whom somebody let in besides is seen by a refresh, and taken away by the next up", async () => {
  const inputs = inputsFor("besides", "Groups", [SUBSCRIPTION]);
  await shared("besides", "Groups", OURS, [SUBSCRIPTION, OTHER]);
  const { id, outputs } = await closing().create(inputs, harness.call());
  const found = await closing().read(id, { inputs, outputs }, harness.call());
  expect(found?.inputs.subscriptions).toEqual([SUBSCRIPTION, OTHER]);
  expect(await closing().update(id, found!, inputs, harness.call())).toMatchObject(CLOSED);
  expect(await groupsOf("besides")).toEqual([SUBSCRIPTION]);
});

test.each([
  { from: "Private", to: "Groups", says: /is private, and Azure shares .* give it another name/ },
  { from: "Community", to: "Groups", says: /is open to everyone, and Azure shares .* give it another name/ },
  { from: "Groups", to: "Community", says: /in two steps: share with nobody for one `up`/ },
] as const)("from $from to $to is refused by the preflight", async ({ from, to, says }) => {
  const gallery = `asked.${from}.${to}`;
  await shared(gallery, from);
  const inputs = {
    resourceGroup: "rehearsal",
    resourceGroupExists: true,
    shared: true,
    permissions: to,
    location: "westeurope",
    regions: ["westeurope"],
    gallery,
    disks: [],
    versions: [],
  };
  const { message } = await failure(harness.handler("azure:Preflight").create(inputs, harness.call()));
  expect(message).toMatch(says);
  await harness.handler("azure:Preflight").create({ ...inputs, permissions: from }, harness.call());
});
