import { publishProduct } from "../../../components/publish";
import { build, stackOf } from "./builds";
import { find, registrationsOf } from "./registrations";

jest.mock("../../../components/access", () => ({
  ...jest.requireActual<object>("../../../components/access"),
  readState: () => Promise.resolve([]),
}));

const CLOUDS = {
  aws: {
    homeRegion: "eu-central-1",
    regions: { "eu-central-1": {} },
    pointers: ["/{product}/{architecture}/latest"],
  },
  gcp: { project: "demo-project", bucket: { name: "demo-bucket" } },
};
const older = build({ version: "20261110.0" });

async function before(state: "published" | "withdrawn") {
  const builds = [build({ state }), older];
  const config = stackOf(CLOUDS, builds);
  const { registrations } = await registrationsOf(() => ({ outputs: publishProduct({ config, builds }) }), {
    demo: { open: [] },
  });
  const { dependencies } = find(registrations, "Protection", "demo");
  return (kind: string) => dependencies.filter((each) => each.startsWith(`${kind} `));
}

test("it is deleted before what users have: shares, and the pointers that lead to them", async () => {
  const after = await before("published");
  expect(after("ImageSharing")).toHaveLength(2);
  expect(after("Pointer")).toHaveLength(1);
});

// What fails there would keep it in the state as it was, with what the engine deletes with --continue-on-error.
test("in a withdrawal it waits for nothing that can fail: no report, no pointer, nothing of the withdrawn release", async () => {
  const after = await before("withdrawn");
  expect([...after("ClosingReport"), ...after("Pointer")]).toEqual([]);
  expect(after("ImageSharing")).toEqual(["ImageSharing demo-20261110.0-x86_64-eu-central-1"]);
  expect(after("ImageDeprecation").filter((each) => each.includes("20261120.0"))).toEqual([]);
});
