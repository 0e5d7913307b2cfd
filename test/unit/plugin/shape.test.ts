import { z } from "zod";
import { Shape } from "../../../plugin/shape";
import { typedResource } from "../../../plugin/typed-resource";
import type { Call, Properties } from "../../../plugin/resource";

interface Args {
  region: string;
  tags: Record<string, string>;
  until?: string;
}

const text = z.string();
const ARGS = Shape.of<Args>({ region: text, tags: z.record(text, text), until: text.optional() });
const call: Call = {
  urn: "urn:pulumi:dev::imprimatur::a:b:Release$imprimatur:aws:Thing::demo-1",
  name: "demo-1",
  signal: new AbortController().signal,
  timeoutSeconds: 0,
  log: () => undefined,
  status: () => undefined,
};

test.each<[string, Shape<object>, Properties, boolean]>([
  ["all of it", ARGS, { region: "a", tags: {}, until: "b" }, true],
  ["without an optional one, with a stranger", ARGS, { region: "a", tags: {}, more: 1 }, true],
  ["one is missing", ARGS, { region: "a" }, false],
  ["one is of another type", ARGS, { region: "a", tags: { x: 1 } }, false],
  ["only what is used", ARGS.pick("region"), { region: "a" }, true],
  ["one that older versions lack", ARGS.lacking("tags"), { region: "a" }, true],
  [
    "with an output that is missing",
    ARGS.and(Shape.of<{ id: string }>({ id: text })),
    { region: "a" },
    false,
  ],
])("%s", (_name, shape, given, wanted) => expect(shape.is(given)).toBe(wanted));

const thing = typedResource({
  computed: [],
  inputs: ARGS,
  kept: ARGS.pick("region"),
  diff: () => ({ changes: {} }),
  create: async (inputs) => ({ id: inputs.region, outputs: { ...inputs } }),
  read: async (id, old) => ({ id, ...old }),
  delete: async () => undefined,
});

test("what the engine sent goes back as it came, with properties that nobody knows", async () => {
  const inputs = { region: "a", tags: {}, more: [1] };
  expect(await thing.create(inputs, call)).toEqual({ id: "a", outputs: inputs });
  const old = { inputs: {}, outputs: { region: "a", of: "another version" } };
  expect(await thing.read("x", old, call)).toEqual({ id: "x", ...old });
});

test("inputs or a state that cannot be read are refused, each with all that is wrong and the cure", async () => {
  await expect(thing.create({ tags: { x: 1 } }, call)).rejects.toThrow(
    /^the inputs of imprimatur:aws:Thing demo-1 cannot be read \(region: .*; tags\.x: .*\); .* run `npm ci`/,
  );
  await expect(thing.delete("x", { inputs: {}, outputs: { region: 1 } }, call)).rejects.toThrow(
    /^the state of imprimatur:aws:Thing demo-1 cannot be read \(region: [^;]*\); another version wrote it: run that one, or .*`pulumi state delete 'urn:pulumi:dev/,
  );
});

test("one without update has none: every change replaces", () => {
  expect("update" in thing).toBe(false);
});
