import { lostImages } from "../../../config/gcp/lost";

const resource = (type: string, outputs: object = {}) => ({
  type,
  name: "demo-1-x86_64",
  outputs: { ...outputs },
});
const archive = (outputs: object = {}) =>
  resource("imprimatur:gcp:ImageArchive", { image: "demo-1", ...outputs });

test.each([
  { what: "the archive alone", resources: [archive()], lines: 1 },
  { what: "one that is not whole", resources: [archive({ unfinished: true })], lines: 0 },
  { what: "both", resources: [archive(), resource("gcp:compute/image:Image")], lines: 0 },
  { what: "both, of arm64", resources: [archive(), resource("imprimatur:gcp:Arm64Image")], lines: 0 },
])("an image that the state lost is told with the one command: $what", ({ resources, lines }) => {
  const said = lostImages(resources);
  expect(said).toHaveLength(lines);
  for (const line of said) expect(line).toMatch(/^image demo-1 .*409 alreadyExists.*`imprimatur up`/);
});
