import fc from "fast-check";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";
import { goodValues, spoiled } from "./stack-values";

/** Any value that YAML can express. */
const yamlValue = fc.jsonValue({ maxDepth: 4 });

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/** Every key that a stack file can have, without `imprimatur:`: `releases/0/deprecateOn`. */
function keysOf({ properties = {}, items, anyOf = [] }: JsonSchema, path = ""): string[] {
  const below = Object.entries(properties).flatMap(([key, inner]) => {
    const name = key.replace("imprimatur:", "");
    return keysOf(inner, path === "" ? name : `${path}/${name}`);
  });
  const listed = items === undefined ? [] : keysOf(items, `${path}/0`);
  return [...new Set([path, ...below, ...listed, ...anyOf.flatMap((one) => keysOf(one, path))])];
}

/** Every path into a value, from its top-level keys down. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (value === null || typeof value !== "object") return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** `parseStackConfig` returns a config or at least one problem, each on a line with the file and the key. */
function expectAnAnswer(values: Record<string, unknown>): void {
  const { config, problems } = parseStackConfig(values);
  if (config) return;
  const lines = renderProblems(problems, { file: "stacks/Pulumi.demo.yaml" }).split("\n");
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines.slice(1)) expect(line).toMatch(/^stacks\/Pulumi\.demo\.yaml: imprimatur:/);
}

test("whatever stands at any place of a stack file, the answer is a config or its problems", () => {
  const paths = pathsOf(goodValues()).filter((path) => path.length > 0);
  fc.assert(
    fc.property(fc.constantFrom(...paths), yamlValue, (path, value) => {
      const values = goodValues();
      let holder = values;
      for (const step of path.slice(0, -1)) holder = holder[step] as Record<string, unknown>;
      holder[path.at(-1) ?? ""] = value;
      expectAnAnswer(values);
    }),
    { numRuns: 300 },
  );
});

const schema = JSON.parse(
  readFileSync(path.join(__dirname, "../../../config/stack.schema.json"), "utf8"),
) as JsonSchema;

test.each(keysOf(schema.properties?.config ?? {}).filter((key) => key !== ""))(
  "%s: whatever people write there, the answer is a config or its problems",
  (key) => {
    const values = [
      "tomorrow",
      "2026-11-20",
      "2026-02-30T00:00:00Z",
      "yes",
      "",
      " ",
      "0",
      "x".repeat(5000),
      "é–",
    ];
    for (const value of [...values, -1, 1.5, 1e300, true, null, [], [null], {}, { a: null }])
      expectAnAnswer(spoiled(key, value));
  },
);

test("a value that its schema refuses is the only problem: nothing is said of what stands in for it", () => {
  const told = pathsOf(goodValues())
    .filter((path) => path.length > 0)
    .flatMap((path) =>
      [undefined, 7, [["?"]], { "?": "?" }].flatMap((value) => {
        const values = goodValues();
        let holder = values;
        for (const step of path.slice(0, -1)) holder = holder[step] as Record<string, unknown>;
        holder[path.at(-1) ?? ""] = value;
        const { problems = [] } = parseStackConfig(values);
        const others = problems.filter(
          (problem) => !problem.path.join("/").startsWith(path.join("/")) || problem.path.length === 0,
        );
        return others.map(
          (problem) => `${path.join("/")} = ${JSON.stringify(value)}: ${problem.path.join("/")}`,
        );
      }),
    );
  // Further problems are allowed only for values that are then missing: the record of an official product, the home
  // region among the regions.
  expect(told).toEqual([
    "checks = undefined: record",
    'checks = {"?":"?"}: record',
    "checks/record = undefined: record",
    'aws/regions = {"?":"?"}: aws/homeRegion',
    'azure/regions = {"?":"?"}: azure/location',
  ]);
});

test("keys that nobody foresaw are problems too, not crashes", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), yamlValue), (values) => expectAnAnswer(values)),
    { numRuns: 200 },
  );
});
