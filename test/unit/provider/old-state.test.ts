import { readFileSync } from "node:fs";
import type { Properties, State } from "../../../plugin/resource";
import type { Shape } from "../../../plugin/shape";
import { plugin } from "../../../provider/main";
import { Harness } from "./harness";

interface Saved extends State {
  readonly type: string;
  readonly id: string;
}

const text = readFileSync("test/fixtures/state-0.1.0/state.json", "utf8");
const { deployment } = JSON.parse(text) as { deployment: { resources: Saved[] } };
const types = Object.keys(plugin.resources);
const ours = deployment.resources.filter(({ type }) => types.includes(type));
const harness = new Harness();
const call = harness.call();
afterAll(() => harness.stop());

test("the state of version 0.1 has every kind of resource that it had", () => {
  expect(new Set(ours.map(({ type }) => type)).size).toBe(19);
});

test.each(ours.map((saved): [string, Saved] => [`${saved.type} ${saved.id}`, saved]))(
  "the state of version 0.1 can be read: %s",
  (_name, { type, inputs, outputs }) => {
    const handler = plugin.resources[type];
    const { kept } = handler as { kept?: Shape<Properties> };
    kept?.read(outputs, "state", call);
    expect(handler?.diff({ inputs, outputs }, inputs, call).changes).toBeDefined();
  },
);
