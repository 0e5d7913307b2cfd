import { parse } from "yaml";
import { parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";

const file = "stacks/Pulumi.demo.yaml";
const text = `config:
  imprimatur:product:
    name: demo
    provenance: official
  imprimatur:releases:
    - version: 20261120.0
      state: published
      imageFile: a.json
  imprimatur:aws:
    homeRegion: eu-central-1
    regions:
      eu-central-1: {}
      # Frankfurt is not enough
      us-eest-1:
        sharing: { public: true }
`;

function valuesOf(source: string): Record<string, unknown> {
  const { config } = parse(source) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("imprimatur:", ""), value]),
  );
}

test("one line per problem, in the order of the file, each with its line", () => {
  const { problems = [] } = parseStackConfig(valuesOf(text));
  expect(renderProblems(problems, { file, text }).split("\n")).toEqual([
    "3 problems in the stack config; nothing was changed.",
    `${file}:2: imprimatur:product.publisher: is missing; needs text. Add it: Who answers for the images, as users know them.`,
    `${file}:6: imprimatur:releases[0].version: needs text, but has 20261120.0. YAML reads it as a number: put it in quotes.`,
    `${file}:14: imprimatur:aws.regions.us-eest-1: needs the code of an AWS region, as eu-central-1, but has "us-eest-1". Did you mean us-east-1?`,
  ]);
});

test("a single problem is not counted in the plural, and a missing file text leaves the line out", () => {
  const message = renderProblems([{ path: ["aws"], needs: "a mapping", given: 1 }], { file });
  expect(message).toBe(
    `One problem in the stack config; nothing was changed.\n${file}: imprimatur:aws: needs a mapping, but has 1.`,
  );
});

test("a secret value is not repeated", () => {
  const message = renderProblems([{ path: ["product", "name"], needs: "text", given: "hunter2" }], {
    file,
    secrets: new Set(["product"]),
  });
  expect(message).toContain("a secret value");
  expect(message).not.toContain("hunter2");
});

test("a long value is cut, so that the line can be read", () => {
  const message = renderProblems([{ path: ["product", "name"], needs: "text", given: "x".repeat(5000) }], {
    file,
  });
  expect(message.length).toBeLessThan(300);
});

test.each(["kee\u0088p", "a\nb", "\u001b[31m", "\u202egnp", "x".repeat(5000)])(
  "a key that is no word is spelled on one short line: %j",
  (key) => {
    const problem = {
      path: ["aws", key],
      needs: `${"a key"}`,
      given: key,
      cure: `Remove ${key.slice(0, 50)}`,
    };
    const [, ...lines] = renderProblems([problem], { file }).split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines[0]!.length).toBeLessThan(500);
  },
);
