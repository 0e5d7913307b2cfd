import { parse } from "yaml";
import { Asker } from "../../../../cli/init/answers";
import { openstackSection } from "../../../../cli/openstack/init";
import { openstack } from "../../../../config/openstack/schema";

const ANSWERS = {
  product: "demo",
  publisher: "I",
  clouds: ["openstack"],
  isPublic: true,
  version: "1",
} as const;
const before = { ...process.env };
afterEach(() => void (process.env = { ...before }));

async function sectionFor(flags: Record<string, string>) {
  const asker = new Asker({ ask: undefined, err: () => {} });
  const text = await openstackSection.write(ANSWERS, flags, asker);
  asker.settle();
  const { "imprimatur:openstack": section } = parse(text) as Record<string, unknown>;
  return openstack.parse(section);
}

// A pipeline, and whoever sources an openrc file, has no clouds.yaml.
test("a new stack names no cloud of clouds.yaml by itself, whatever this shell has", async () => {
  process.env.OS_CLOUD = "mine";
  process.env.OS_REGION_NAME = "RegionOne";
  const { cloud, regions } = await sectionFor({});
  expect(cloud).toBeUndefined();
  expect(regions).toEqual({ RegionOne: { visibility: "community", projects: [] } });
});

test("a cloud that is asked for is named", async () => {
  expect(await sectionFor({ openstackCloud: "my cloud", openstackRegion: "R" })).toMatchObject({
    cloud: "my cloud",
    regions: { R: { visibility: "community" } },
  });
  await expect(sectionFor({ openstackCloud: "a/b" })).rejects.toThrow(
    /--openstack-cloud "a\/b": needs the name/,
  );
});
