import { parseStackConfig } from "../../../config/parse";
import { renderProblems } from "../../../config/render";
import { goodValues } from "./stack-values";

const PRODUCT = {
  ...{ name: "demo", publisher: "Imprimatur", provenance: "official" },
  variants: { refresh: { description: "kernel from backports" } },
};
const GENERIC = { version: "20261120.0", state: "published", imageFile: "a.json" };
const REFRESH = {
  version: "20261120.0-refresh",
  variant: "refresh",
  state: "published",
  imageFile: "b.json",
};

function problemsOf(second: object, more: Record<string, unknown> = {}): string {
  const { problems } = parseStackConfig({
    ...goodValues(),
    product: PRODUCT,
    releases: [GENERIC, { ...REFRESH, ...second }],
    ...more,
  });
  return problems ? renderProblems(problems, { file: "stacks/Pulumi.demo.yaml" }) : "";
}

test("two variants of one version are published from one stack file on three clouds", () => {
  expect(problemsOf({})).toBe("");
});

const { aws, gcp, azure } = goodValues() as Record<string, Record<string, unknown>>;

test.each([
  [
    "a version that does not tell its variant",
    { version: "20261121.0" },
    {},
    'releases[1].version: needs a version that ends with -refresh, because it is of that variant, but has "20261121.0". Write "20261121.0-refresh"',
  ],
  [
    "a variant that is left out",
    { variant: undefined },
    {},
    "releases[1].variant: is missing; needs refresh, because the version ends with it",
  ],
  [
    "a variant that nothing declares",
    { variant: "tiny", version: "20261120.0-tiny" },
    {},
    'releases[1].variant: needs one of refresh, but has "tiny". Add tiny to imprimatur:product.variants',
  ],
  [
    "the product's own",
    { variant: "generic", version: "20261121.0" },
    {},
    "releases[1].variant: needs another variant than the product's own",
  ],
  [
    "a family for two variants",
    {},
    { gcp: { ...gcp, family: "{product}-{architecture}" } },
    'gcp.family: needs a family for each architecture and variant, but has "demo-x86-64 for x86_64 and x86_64 of refresh". Put {variant} into the template, or {productVariant}',
  ],
  [
    "a definition for two variants",
    {},
    { azure: { ...azure, definition: { nameTemplate: "{product}-{architecture}" } } },
    "azure.definition.nameTemplate: needs a definition for each architecture and variant",
  ],
  [
    "a SKU for two variants",
    {},
    { azure: { ...azure, definition: { sku: "{architecture}" } } },
    "azure.definition.sku: needs a SKU for each architecture and variant",
  ],
  [
    "a parameter for two variants",
    {},
    { aws: { ...aws, pointers: ["/demo/{architecture}/latest"] } },
    "aws.pointers[0]: needs a parameter for each architecture and variant",
  ],
])("%s is refused with the cure", (_what, second, more, says) => {
  expect(problemsOf(second, more)).toContain(says);
});
