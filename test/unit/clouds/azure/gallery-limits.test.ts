import { checkGalleryLimit } from "../../../../clouds/azure/gallery-limits";
import { scripted, type Scripted } from "./script";

const PLACE = { subscriptionId: "s", resourceGroup: "rg", gallery: "demo", location: "westeurope" };
const gallery = (name: string, location: string) => ({
  id: `/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/galleries/${name}`,
  ...{ name, location, properties: {} },
});
const galleries = (count: number, location: string) =>
  Array.from({ length: count }, (_, index) => gallery(`other_${index}`, location));
const checked = (answer: Scripted) => checkGalleryLimit(scripted(() => answer).session, PLACE);

test.each([
  ["room for one more", galleries(99, "westeurope")],
  ["a region that others' galleries do not fill", galleries(150, "eastus")],
  [
    "the stack's own gallery, which is there",
    [...galleries(100, "westeurope"), gallery("Demo", "westeurope")],
  ],
])("%s is no problem", async (_what, value) => {
  expect(await checked({ status: 200, body: { value } })).toEqual([]);
});

test("a gallery that Azure would not make is refused before the upload, with the count and the cure", async () => {
  const value = galleries(100, "West Europe");
  expect(await checked({ status: 200, body: { value } })).toEqual([
    expect.stringMatching(
      /^gallery rg\/demo: subscription s has 100 galleries in westeurope, and Azure gives it 100 in a region; publish into one .*`gallery\.exists: true`/,
    ),
  ]);
});

test("who may not list them is not stopped", async () => {
  expect(await checked({ status: 403, body: { error: { code: "AuthorizationFailed" } } })).toEqual([]);
});
