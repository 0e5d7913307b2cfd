import { reportOn } from "../../../components/closings";
import { openOpenstack } from "../../../components/openstack/cloud";
import { closeOpenstack, planClosings } from "../../../components/openstack/closing";
import { planRelease } from "../../../components/openstack/plan";
import { openstack } from "../../../config/openstack/schema";
import { planCloud } from "../../../components/plan";
import { build, stackOf } from "./builds";
import { find, registrationsOf } from "./registrations";

const PROJECT = "0123456789abcdef0123456789abcdef";
const config = openstack.parse({
  regions: {
    RegionTwo: { visibility: "shared", projects: [PROJECT] },
    RegionOne: { visibility: "community" },
  },
  image: { properties: { os_distro: "debian" } },
});
const product = { name: "demo", variant: "generic", variants: {}, publisher: "I", provenance: "official" };
type State = "staged" | "published" | "deprecated" | "withdrawn";

function planned(state: State) {
  const one = build({ version: "1", state });
  const args = { config, product: product as never, stack: "dev", builds: [one] };
  return { args, plan: planRelease(args, one) };
}

test.each<[State, string[], boolean, boolean]>([
  ["staged", ["private", "private"], false, true],
  ["published", ["community", "shared"], false, true],
  ["deprecated", ["community", "shared"], true, false],
  ["withdrawn", ["private", "private"], true, false],
])("a %s release is in every region, for whom its state lets have it", (state, seen, hidden, held) => {
  const { plan } = planned(state);
  expect(plan.images.map(({ name }) => name)).toEqual(["demo-1-x86_64-RegionOne", "demo-1-x86_64-RegionTwo"]);
  expect(plan.images.map(({ sharing }) => sharing.visibility)).toEqual(seen);
  expect(plan.images.map(({ sharing }) => sharing.hidden)).toEqual([hidden, hidden]);
  expect(plan.images.map(({ image }) => image.protected)).toEqual([held, held]);
});

test("an image says whose it is, what it is, and what a machine of it needs", () => {
  const [first] = planned("published").plan.images;
  expect(first?.image).toMatchObject({
    imageName: "demo-x86_64-1",
    labels: { "imprimatur-product": "demo", "imprimatur-release": "1", "imprimatur-stack": "dev" },
    properties: { architecture: "x86_64", os_distro: "debian" },
  });
});

test("a closing leaves a withdrawn release to nobody, and hides it", () => {
  const { args, plan } = planned("withdrawn");
  const closings = planClosings({ ...args, releases: new Map([["1", plan]]) });
  expect(
    closings.map(({ name, args: { architecture, visibility, projects, withdrawn } }) => [
      name,
      architecture,
      visibility,
      projects,
      withdrawn,
    ]),
  ).toEqual([
    ["demo-1-x86_64-RegionOne", "x86_64", "private", [], true],
    ["demo-1-x86_64-RegionTwo", "x86_64", "private", [], true],
  ]);
});

async function registered(state: State) {
  const builds = [build({ version: "1", state })];
  const sections = { openstack: { regions: config.regions } };
  const { product: named, openstack: section } = stackOf(sections, builds);
  if (!section) throw new Error("no openstack");
  const plan = planCloud("openstack", { config: section, product: named, stack: "test", builds });
  const args = { ...plan, after: [] };
  const { registrations } = await registrationsOf(() => {
    const closings = closeOpenstack(args);
    const cloud = openOpenstack({ ...args, closings });
    for (const one of builds) cloud.publish(one, {});
    cloud.settle?.(reportOn("demo", new Map([["openstack", closings]]), []));
    return { outputs: {} };
  });
  return registrations;
}

test("nobody sees an image anywhere before every region has been read back", async () => {
  const registrations = await registered("published");
  const regions = ["RegionOne", "RegionTwo"].map((region) => `demo-1-x86_64-${region}`);
  for (const name of regions) {
    expect(find(registrations, "Image", name)).toMatchObject({ protect: true });
    expect(find(registrations, "Verification", name).dependencies).toContain(`Image ${name}`);
    expect(find(registrations, "ImageSharing", name).dependencies).toEqual(
      expect.arrayContaining(regions.map((each) => `Verification ${each}`)),
    );
  }
});

test("taking away waits for nothing, and what is said of a withdrawn release comes after it", async () => {
  const registrations = await registered("withdrawn");
  const name = "demo-1-x86_64-RegionOne";
  expect(find(registrations, "ImageClosing", name).dependencies).toEqual([]);
  const { dependencies, inputs } = find(registrations, "ImageSharing", name);
  expect(inputs).toMatchObject({ visibility: "private", hidden: true });
  expect(dependencies).toContain("ClosingReport demo");
  expect(dependencies.filter((each) => each.startsWith("Verification"))).toEqual([]);
});
