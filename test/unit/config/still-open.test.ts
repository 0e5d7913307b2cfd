import { openIn } from "../../../config/still-open";

const TYPE = "imprimatur:aws:ImageClosing";

function closing(region: string, outputs: Readonly<Record<string, unknown>>) {
  const name = `demo-1-x86_64-${region}`;
  return { type: TYPE, name, id: `AMI demo-1 in ${region}/closing`, outputs };
}

function state(begun: object, ...closings: ReturnType<typeof closing>[]) {
  return [{ type: "imprimatur:index:Lifecycle", name: "demo", outputs: { begun } }, ...closings];
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

test("where the engine tells no id, a closing is told by its name", () => {
  const { type, name, outputs } = closing("us-east-1", { open: "", openFor: [], closings: 0 });
  expect(openIn(state(BEGUN, { type, name, outputs } as ReturnType<typeof closing>))).toEqual([
    expect.stringMatching(/^demo-1-x86_64-us-east-1 is perhaps still open for everyone: /),
  ]);
});

test("nothing that was not to be closed is told", () => {
  expect(openIn(state({}, closing("us-east-1", { open: "", openFor: [], closings: 0 })))).toEqual([]);
});

test("of a removed place that was closed once, wanted again and begun to close again, nothing is known", () => {
  const key = `${TYPE} demo-1-x86_64-us-east-1`;
  const begun = closing("us-east-1", { open: "", openFor: [], closings: 0 });
  const removal = (places: object) => ({
    type: "imprimatur:index:RemovalClosing",
    name: "demo",
    inputs: { places },
    outputs: { open: [], tried: { [key]: { closings: 0, open: "" } } },
  });
  expect(openIn([...state(BEGUN, begun), removal({ [key]: {} })])).toEqual([]);
  expect(openIn([...state(BEGUN, begun), removal({})])).toHaveLength(1);
});
