import { readFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { nestsTooDeeply } from "../../../config/nesting";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

test.each([
  ["flow lists", "[".repeat(501)],
  ["flow mappings and lists", '{"a":['.repeat(251)],
  ["lists on one line", `${"- ".repeat(501)}x`],
  ["complex keys on one line", `${"? ".repeat(501)}x`],
  ["block style", stringify(nested(600))],
])("%s of so many levels are too deep", (_what, text) => {
  expect(nestsTooDeeply(text)).toBe(true);
});

test.each([
  ["a list of many lists", `[${"[],".repeat(100_000)}]`],
  ["a text with closing brackets", "}".repeat(10_000)],
  ["a list of many lines", "- x\n".repeat(10_000)],
  ["a rule of dashes", `# ${"-".repeat(5000)}`],
  ["a hundred levels of block style", stringify(nested(100))],
  ["the demo's stack file", readFileSync(path.join(__dirname, "../../../stacks/Pulumi.demo.yaml"), "utf8")],
])("%s is not too deep", (_what, text) => {
  expect(nestsTooDeeply(text)).toBe(false);
});
