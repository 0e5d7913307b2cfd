import { CloudFailure } from "../../../clouds/failure";
import type { Call, Properties } from "../../../plugin/resource";
import { Shape } from "../../../plugin/shape";
import { type ClosingKind, placeCloserOf } from "../../../provider/closing";
import { removalClosing } from "../../../provider/removal-closing";

const TIMES = { limit: 60_000, again: 60_000, silence: 60_000 };
const TYPE = "imprimatur:aws:ImageClosing";

function call(): Call {
  const signal = new AbortController().signal;
  return { urn: "", name: "demo", signal, timeoutSeconds: 0, log: () => {}, status: () => {} };
}

/** @param down regions that return only failures; the others are written to `closed` */
function handlerThat(closed: string[], down: Set<string> = new Set()) {
  const kind: ClosingKind<Properties> = {
    inputs: Shape.of<Properties>({}),
    replaceOn: [],
    placeOf: ({ region }) => `AMI demo-1 in ${String(region)}`,
    areaOf: ({ region }) => String(region),
    granteesOf: () => [],
    nobody: (args) => ({ ...args, public: false }),
    looksAtFirst: () => false,
    async close(args) {
      const region = String(args.region);
      if (down.has(region)) throw new CloudFailure("server", "Unavailable");
      closed.push(`${region} ${String(args.public)}`);
      return true;
    },
  };
  return removalClosing(() => ({ [TYPE]: placeCloserOf(kind) }), TIMES);
}

function placesOf(regions: Readonly<Record<string, number>>): Properties {
  const places = Object.entries(regions).map(([region, closings]) => [
    `${TYPE} demo-1-${region}`,
    { type: TYPE, args: { region, public: true }, closings, from: ["public"] },
  ]);
  return { places: Object.fromEntries(places) as object };
}

test("every removed place is taken from everybody, whatever another one answers", async () => {
  const closed: string[] = [];
  const handler = handlerThat(closed, new Set(["us-east-1"]));
  const inputs = placesOf({ "us-east-1": 0, "us-west-2": 0 });
  const { outputs } = await handler.create(inputs, call());
  expect(closed).toEqual(["us-west-2 false"]);
  expect(outputs.open).toEqual([
    "AMI demo-1 in us-east-1 is still open for everyone: Unavailable; `imprimatur up` tries again",
  ]);
});

test("the next up tries what is open again, and nothing else", async () => {
  const down = new Set(["us-east-1"]);
  const closed: string[] = [];
  const handler = handlerThat(closed, down);
  const inputs = placesOf({ "us-east-1": 0, "us-west-2": 0 });
  const { outputs } = await handler.create(inputs, call());
  const old = { inputs, outputs };
  expect(Object.keys(handler.diff(old, inputs, call()).changes)).toEqual([
    `places["${TYPE} demo-1-us-east-1"]`,
  ]);
  down.clear();
  const after = await handler.update!("demo", old, inputs, call());
  expect(closed).toEqual(["us-west-2 false", "us-east-1 false"]);
  expect(after.open).toEqual([]);
  expect(handler.diff({ inputs, outputs: after }, inputs, call()).changes).toEqual({});
});

test("a place that was wanted again since, or is new, is closed once more, though its closing counts from zero again", async () => {
  const closed: string[] = [];
  const handler = handlerThat(closed);
  const inputs = placesOf({ "us-east-1": 0 });
  const { outputs } = await handler.create(inputs, call());
  // The engine kept the inputs of the `up` that wanted it, with which there was nothing to do.
  const old = { inputs: placesOf({}), outputs };
  expect(Object.keys(handler.diff(old, inputs, call()).changes)).toHaveLength(1);
  await handler.update!("demo", old, inputs, call());
  expect(closed).toEqual(["us-east-1 false", "us-east-1 false"]);
});

test("what was deleted since is no difference, and what was shared again is closed again", async () => {
  const closed: string[] = [];
  const handler = handlerThat(closed);
  const inputs = placesOf({ "us-east-1": 0 });
  const { outputs } = await handler.create(inputs, call());
  const old = { inputs, outputs };
  expect(handler.diff(old, placesOf({}), call()).changes).toEqual({});
  await handler.update!("demo", old, placesOf({ "us-east-1": 1 }), call());
  expect(closed).toEqual(["us-east-1 false", "us-east-1 false"]);
});
