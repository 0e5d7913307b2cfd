import { differences, fileDigests, filesOf, stateDigests, stepDigests } from "../../../plan/fingerprint";
import { readSavedPlan } from "../../../plan/saved";
import { recorded } from "./recorded";

const URN =
  "urn:pulumi:demo::imprimatur::imprimatur:component:Release$aws:ec2/ami:Ami::demo-1.0-x86_64-eu-west-1";
const SECRET = "4dabf18193072939515e22adb298388d";

interface Resource {
  urn: string;
  id: string;
  inputs: object;
  modified?: string;
  outputs?: object;
}
const exported = (resources: Resource[], pending: object[] = []) =>
  JSON.stringify({
    version: 3,
    deployment: { manifest: { time: String(Math.random()) }, resources, pending_operations: pending },
  });
const ami: Resource = {
  urn: URN,
  id: "ami-1",
  inputs: { name: "demo", password: { [SECRET]: "1", ciphertext: "a" } },
};
const saved = {
  state: stateDigests(exported([ami])),
  files: fileDigests(["stacks/Pulumi.demo.yaml", "images/1.0.json"], (path) => path),
  steps: stepDigests(recorded("drift")),
};

test("a component has no inputs, and a new stack no resources", () => {
  expect(Object.keys(stateDigests(JSON.stringify({ deployment: { resources: [{ urn: URN }] } })))).toEqual([
    URN,
  ]);
  expect(stateDigests('{"deployment":{"manifest":{}}}')).toEqual({});
});

test.each<[string, string]>([
  ["nothing", exported([ami])],
  ["dates and outputs", exported([{ ...ami, modified: "2026-11-24T00:00:00Z", outputs: { public: true } }])],
  [
    "a secret encrypted again",
    exported([{ ...ami, inputs: { password: { ciphertext: "b", [SECRET]: "1" }, name: "demo" } }]),
  ],
  [
    "the engine's own provider",
    exported([
      ami,
      { urn: "urn:pulumi:demo::imprimatur::pulumi:providers:imprimatur::default", id: "x", inputs: {} },
    ]),
  ],
])("the state is the same after %s", (_, text) => {
  expect(differences(saved, { state: stateDigests(text) })).toEqual([]);
});

test.each<[string, string]>([
  ["another id", exported([{ ...ami, id: "ami-2" }])],
  ["other inputs", exported([{ ...ami, inputs: {} }])],
  ["a resource gone", exported([])],
])("the state has changed by %s", (_, text) => {
  expect(differences(saved, { state: stateDigests(text) })).toEqual([
    "the stack's state has changed: aws:ec2/ami:Ami demo-1.0-x86_64-eu-west-1",
  ]);
});

test("an interrupted operation is a change of the state", () => {
  const pending = [{ type: "creating", resource: { urn: URN } }];
  expect(differences(saved, { state: stateDigests(exported([ami], pending)) })).toHaveLength(1);
});

test("files that were edited or are gone are named", () => {
  const read = (path: string) => (path.endsWith(".yaml") ? "edited" : undefined);
  expect(differences(saved, { files: fileDigests(Object.keys(saved.files), read) })).toEqual([
    "stacks/Pulumi.demo.yaml is not the file that the plan was made from",
    "images/1.0.json is not the file that the plan was made from",
  ]);
});

test("the files of a stack are its own and the image files that it names", () => {
  expect(filesOf(recorded("second"), "stacks/Pulumi.lab2.yaml")).toEqual([
    "stacks/Pulumi.lab2.yaml",
    "images/lab2/20261121.0.json",
    "images/lab2/20261120.0.json",
  ]);
});

test("what a fresh preview does otherwise is named by resource", () => {
  const drift = recorded("drift");
  const [update, create] = drift.steps;
  if (update === undefined || create === undefined) throw new Error("the recording has two steps");
  const now = (steps: typeof drift.steps) => differences(saved, { steps: stepDigests({ ...drift, steps }) });
  expect(now([create, update])).toEqual([]);
  expect(now([])).toEqual([
    `a fresh preview does less than the plan: update aws:ec2/amiCopy:AmiCopy demo-20261120.0-x86_64-us-east-1, update imprimatur:aws:ImageSharing demo-20261120.0-x86_64-us-east-1`,
  ]);
  expect(now([update, create, { ...create, op: "delete" }])).toEqual([
    expect.stringMatching(/^a fresh preview does more than the plan: delete imprimatur:aws:ImageSharing/),
  ]);
  expect(now([{ ...update, changed: ["name"] }, create])).toEqual([
    expect.stringMatching(/^a fresh preview makes something else of: update aws:ec2\/amiCopy/),
  ]);
});

test.each([
  ["{", "it is not JSON"],
  ["{}", "write one with imprimatur plan --save"],
  ['{"schemaVersion":2}', "schemaVersion 2, and this version reads 1"],
  ['{"schemaVersion":1}', "createdAt"],
])("%s is no saved plan", (text, problem) => {
  expect(readSavedPlan(text)).toEqual({ problem: expect.stringContaining(problem) as string });
});
