import { Deployment } from "../../../audit/deployment";
import { droppedCreations, forgottenCreations, unmarkedCreations } from "../../../audit/recover/unmarked";
import { exportOf } from "./exported";

const urn = (type: string) =>
  `urn:pulumi:dev::imprimatur::imprimatur:component:GcpRelease$${type}::demo-1-x86_64`;
const IMAGE = "gcp:compute/image:Image";
const ARCHIVE = "imprimatur:gcp:ImageArchive";
const resource = (type: string) => ({ urn: urn(type), type, id: "x", inputs: {}, outputs: {} });
const step = (op: string, type = IMAGE) => ({ op, urn: urn(type), type, now: { name: "demo-1" } });

test.each([
  ["the archive is there and no image", [resource(ARCHIVE)], step("create"), 1],
  ["the same of arm64", [resource(ARCHIVE)], step("create", "imprimatur:gcp:Arm64Image"), 1],
  ["the archive was never made: nothing was begun", [], step("create"), 0],
  ["the image is in the state", [resource(ARCHIVE), resource(IMAGE)], step("update"), 0],
  ["it is replaced, which deletes it first", [resource(ARCHIVE)], step("create-replacement"), 0],
  ["a resource that keeps its id when it fails", [resource(ARCHIVE)], step("create", "aws:ec2/ami:Ami"), 0],
])("%s", (_when, resources, planned, want) => {
  const found = unmarkedCreations([planned], Deployment.parse(exportOf(resources)));
  expect(found).toHaveLength(want);
  for (const { inputs } of found) expect(inputs).toEqual({ name: "demo-1" });
});

test.each([
  ["nothing of it is in the state", [], step("create"), 1],
  ["its archive is: it was begun", [resource(ARCHIVE)], step("create"), 0],
  ["another type", [], step("create", "aws:ec2/ami:Ami"), 0],
])("an image that may have been forgotten by a destroy: %s", (_when, resources, planned, want) => {
  expect(forgottenCreations([planned], Deployment.parse(exportOf(resources)))).toHaveLength(want);
});

test.each([
  ["the archive alone", {}, [], 1],
  ["an archive that is not whole", { unfinished: true }, [], 0],
  ["the archive and the image", {}, [resource(IMAGE)], 0],
  ["the archive and the image of arm64", {}, [resource("imprimatur:gcp:Arm64Image")], 0],
])("a destroy looks for the image of which the state has %s: %#", (_what, outputs, others, want) => {
  const archive = { ...resource(ARCHIVE), inputs: { project: "p", image: "demo-1" }, outputs };
  const lost = droppedCreations(Deployment.parse(exportOf([archive, ...others])));
  expect(lost).toHaveLength(want);
  for (const each of lost)
    expect(each).toEqual({ urn: urn(IMAGE), resourceType: IMAGE, inputs: { project: "p", name: "demo-1" } });
});
