import { Deployment } from "../../../audit/deployment";
import { unmarkedCreations } from "../../../audit/recover/unmarked";
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
