import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";
import { annotatedSchema, partsOf, type Schema } from "../../../tools/generate/annotated-schema";
import { configReference } from "../../../tools/generate/config-reference";
import { stackSchema } from "../../../tools/generate/stack-schema";

// What editors and docs/config.md say of a stack file is what is accepted.

const EXAMPLES = join(__dirname, "..", "..", "..", "docs", "examples");

test.each(readdirSync(EXAMPLES))("docs/examples/%s is a stack file without a problem", (name) => {
  const { config } = parse(readFileSync(join(EXAMPLES, name), "utf8")) as { config: Record<string, unknown> };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("imprimatur:", ""), value]),
  );
  const { problems = [] } = parseStackConfig(values);
  expect(problems.length > 0 ? renderProblems(problems, { file: name }) : "").toBe("");
});

const editors = JSON.parse(stackSchema()) as { properties: { config: Schema } };
const values = [...partsOf(editors.properties.config)];

test("an editor has something to offer for each text that has a form of its own", () => {
  const bare = values.filter(
    ({ type, enum: words, const: word, pattern, examples, default: value }: Schema & { pattern?: string }) =>
      type === "string" && pattern !== undefined && [words, word, examples, value].every((has) => !has),
  );
  // Values of tags, labels and properties are anything.
  expect(bare.map(({ description }) => description)).toEqual([
    expect.stringContaining("a tag value"),
    expect.stringContaining("a label value"),
    expect.stringContaining("a text of 1 to 255 characters"),
  ]);
});

test("what an editor offers is accepted", () => {
  const wrong = values.flatMap(({ pattern, examples = [] }: Schema & { pattern?: string }) =>
    pattern === undefined ? [] : examples.filter((text) => !new RegExp(pattern, "u").test(String(text))),
  );
  expect(wrong).toEqual([]);
});

test("guarded changes are offered one by one under imprimatur:allow", () => {
  const { items, defaultSnippets } = editors.properties.config.properties!["imprimatur:allow"]!;
  expect(defaultSnippets).toContainEqual({ label: '- "make-public"', bodyText: '- "make-public"' });
  expect(items?.examples).toEqual(expect.arrayContaining(["make-public", "make-public:20261120.0"]));
});

test("limits are told where a value is described, in the words of its refusal", () => {
  const limits = [...partsOf(annotatedSchema())].flatMap(({ limits = [] }) => limits);
  expect(limits.length).toBeGreaterThan(30);
  const page = configReference().replaceAll("\\", "");
  expect(page).toContain("6m (months of 30 days)");
  expect(page).toContain("Needs 1 to 40 characters of a-z, 0-9, . and -");
  expect(values.some(({ description = "" }) => description.includes("months of 30 days"))).toBe(true);
});
