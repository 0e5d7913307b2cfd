import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/azure/index";
import { arm, rehearsalGroup, seen } from "./azure-arm";
import { failure, Harness } from "./harness";

const API = "2024-03-03";
const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
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
  cloud = await harness.start(start, 0);
  process.env.AZURE_RESOURCE_MANAGER_ENDPOINT = `http://127.0.0.1:${cloud.port}`;
  process.env.AZURE_AUTHORITY_HOST = `http://127.0.0.1:${cloud.port}`;
  await arm(rehearsalGroup(), "2024-03-01", { location: "westeurope" });
});
afterAll(() => harness.stop());
afterEach(() => cloud.fault!({ kind: "clear" }));

const idOf = (gallery: string) => `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/${gallery}`;

/** What the native gallery does. */
const put = (gallery: string, permissions: Permissions, tags: Record<string, string> = OURS) =>
  arm(idOf(gallery), API, { location: "westeurope", tags, properties: PROFILES[permissions] });

/** A gallery that is shared with somebody, if it may be. */
async function shared(
  gallery: string,
  permissions: Permissions,
  tags: Record<string, string> = OURS,
): Promise<void> {
  await put(gallery, permissions, tags);
  if (permissions === "Private") return;
  const community = permissions === "Community";
  const subscriptions = community ? [] : [SUBSCRIPTION];
  const shares = { galleryId: idOf(gallery), community, subscriptions, tenants: [] };
  await harness.handler("azure:GallerySharing").create(shares, harness.call());
}

const permissionsOf = async (gallery: string) => {
  const { sharingProfile } = (await seen(idOf(gallery), API)).properties;
  return (sharingProfile as { permissions?: string } | undefined)?.permissions ?? "Private";
};
const inputsFor = (gallery: string, permissions: Permissions) => ({
  resourceGroup: "rehearsal",
  gallery,
  permissions,
});
const closing = () => harness.handler("azure:GalleryClosing");

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
    const old = { inputs: inputsFor(gallery, from), outputs: inputsFor(gallery, from) };
    const outputs = await closing().update("x", old, inputsFor(gallery, "Private"), harness.call());
    expect(outputs.galleryId).toBe(idOf(gallery));
    await put(gallery, "Private");
    expect(await permissionsOf(gallery)).toBe("Private");
  },
);

test.each([
  { what: "permits that already", from: "Community", to: "Community", tags: OURS },
  { what: "is private", from: "Private", to: "Community", tags: OURS },
  { what: "is another stack's", from: "Community", to: "Private", tags: { "imprimatur:stack": "other" } },
] as const)("a gallery that $what is left as it is", async ({ what, from, to, tags }) => {
  const gallery = what.replace(/\W/g, "_");
  await shared(gallery, from, tags);
  const requests = harness.requests.length;
  await closing().create(inputsFor(gallery, to), harness.call());
  expect(harness.requests.slice(requests).filter((line) => !line.includes("GET "))).toEqual([]);
  expect(await permissionsOf(gallery)).toBe(from);
});

test("a gallery that is not there, and the end of it, need nothing done", async () => {
  const { id, outputs } = await closing().create(inputsFor("none", "Private"), harness.call());
  expect(id).toBe(`${idOf("none")}/closing`);
  const old = { inputs: inputsFor("none", "Private"), outputs };
  expect(await closing().read(id, old, harness.call())).toEqual({ id, ...old });
  await closing().delete(id, old, harness.call());
});

test.each([
  { from: "Private", to: "Groups", says: /is private, and Azure shares .* give it another name/ },
  { from: "Community", to: "Groups", says: /is open to everyone, and Azure shares .* give it another name/ },
  { from: "Groups", to: "Community", says: /in two steps: share with nobody for one `up`/ },
] as const)("from $from to $to is refused before anybody loses it", async ({ from, to, says }) => {
  const gallery = `${from}.${to}`;
  await shared(gallery, from);
  const { message } = await failure(closing().create(inputsFor(gallery, to), harness.call()));
  expect(message).toMatch(says);
  expect(await permissionsOf(gallery)).toBe(from);
});

test("what somebody opened behind the stack is seen by a refresh, and closed by the next up", async () => {
  const inputs = inputsFor("opened", "Private");
  const { id, outputs } = await closing().create(inputs, harness.call());
  await shared("opened", "Community");
  const found = await closing().read(id, { inputs, outputs }, harness.call());
  expect(found?.inputs).toEqual({ ...inputs, permissions: "Community" });
  await closing().update(id, found!, inputs, harness.call());
  expect(await permissionsOf("opened")).toBe("Private");
});
