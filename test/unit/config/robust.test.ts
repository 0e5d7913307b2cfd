import fc from "fast-check";
import { parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";
import { goodValues } from "./stack-values";

/** Anything that YAML can say. */
const yamlValue = fc.jsonValue({ maxDepth: 4 });

/** Every path into a value, from its top-level keys down. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (value === null || typeof value !== "object") return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** `parseStackConfig` gives a config or at least one problem that can be told in a line of its own. */
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
  // What is missing besides is missing: the record of an official product, the home region among the regions.
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
