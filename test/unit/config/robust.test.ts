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

test("keys that nobody foresaw are problems too, not crashes", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), yamlValue), (values) => expectAnAnswer(values)),
    { numRuns: 200 },
  );
});
