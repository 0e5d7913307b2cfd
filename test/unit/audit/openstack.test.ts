import { compareForStranger } from "../../../audit/openstack/compare";

const IMAGE = {
  ...{ region: "RegionOne", id: "i", name: "demo", size: 1, properties: {}, protected: false },
  ...{ projects: [], hidden: false },
};

test.each<[string, string[], boolean, string]>([
  ["sees what nobody is to see", [], true, "openstack --os-region-name RegionOne image set --private i"],
  [
    "does not see what everyone is to",
    ["public"],
    false,
    "openstack --os-region-name RegionOne image show i",
  ],
])("a stranger who %s is told with a command for that region", (_what, grantees, visible, command) => {
  const found = compareForStranger({ ...IMAGE, grantees }, visible);
  expect(JSON.stringify(found)).toContain(command);
});

test("a project that an image is shared with says nothing, whatever it sees", () => {
  for (const visible of [true, false])
    expect(compareForStranger({ ...IMAGE, grantees: ["0a"] }, visible)).toEqual([]);
});
