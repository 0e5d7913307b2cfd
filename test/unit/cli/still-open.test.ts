import { Deployment } from "../../../audit/deployment";
import { openIn } from "../../../cli/still-open";

const urn = (type: string, name: string) => `urn:pulumi:dev::imprimatur::${type}::${name}`;
const TYPE = "imprimatur:aws:ImageClosing";

function closing(region: string, outputs: object) {
  const name = `demo-1-x86_64-${region}`;
  return { urn: urn(TYPE, name), type: TYPE, id: `AMI demo-1 in ${region}/closing`, outputs };
}

function state(begun: object, ...closings: object[]): Deployment {
  const type = "imprimatur:index:Lifecycle";
  const resources = [{ urn: urn(type, "demo"), type, outputs: { begun } }, ...closings];
  return Deployment.parse(JSON.stringify({ version: 3, deployment: { resources } }));
}

const BEGUN = { [`${TYPE} demo-1-x86_64-us-east-1`]: { closings: 0, from: ["public"] } };

test("what a closing could not take away is told in its own words", () => {
  const open = "AMI demo-1 in us-east-1 is still open for everyone: no answer; `imprimatur up` tries again";
  const down = closing("us-east-1", { open, openFor: ["public"], closings: 1 });
  const closed = closing("eu-central-1", { open: "", openFor: [], closings: 1 });
  expect(openIn(state(BEGUN, down, closed))).toEqual([open]);
});

test("a closing that was begun and has no end is told as perhaps open", () => {
  const begun = closing("us-east-1", { open: "", openFor: [], closings: 0 });
  expect(openIn(state(BEGUN, begun))).toEqual([
    "AMI demo-1 in us-east-1 is perhaps still open for everyone: nobody knows how its closing ended; `imprimatur up` tries again",
  ]);
});

test("nothing that was not to be closed is told", () => {
  expect(openIn(state({}, closing("us-east-1", { open: "", openFor: [], closings: 0 })))).toEqual([]);
});
