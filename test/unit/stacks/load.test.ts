import { writeImageFile } from "../../../config/image-file";
import { renderProblems } from "../../../config/render";
import { UnreadableFile } from "../../../facts/read-file";
import { assembleStack, secretKeys } from "../../../stacks/load";
import { build } from "../components/builds";
import { goodValues, spoiled } from "../config/stack-values";

const PATH = "images/demo/20261120.0.json";
const { imageFile } = build({}, ["x86_64", "arm64"]);
const GOOD = writeImageFile({ product: "demo", version: "20261120.0", images: imageFile.images });

function linesOf(values: Record<string, unknown>, files: Record<string, string>): string[] {
  const assembled = assembleStack(values, (path) => files[path]);
  if (assembled.stack) return [];
  return renderProblems(assembled.problems, { file: "stacks/Pulumi.demo.yaml" }, assembled.lines)
    .split("\n")
    .slice(1);
}

test("every release comes with what its image file says", () => {
  const { stack } = assembleStack(goodValues(), (path) => (path === PATH ? GOOD : undefined));
  expect(
    stack?.builds.map(({ release, imageFile }) => [release.version, Object.keys(imageFile.images)]),
  ).toEqual([["20261120.0", ["x86_64", "arm64"]]]);
});

test("nothing but the image files that the stack file names is read", () => {
  const asked: string[] = [];
  assembleStack(goodValues(), (path) => {
    asked.push(path);
    return GOOD;
  });
  expect(asked).toEqual([PATH]);
});

test.each<[string, Record<string, unknown>, Record<string, string>, RegExp]>([
  [
    "an image file that is missing",
    goodValues(),
    {},
    /releases\[0\]\.imageFile: needs an image file that is there, .*imprimatur inspect/,
  ],
  [
    "one that is not JSON",
    goodValues(),
    { [PATH]: "{" },
    /^images\/demo\/20261120\.0\.json: this is not JSON/,
  ],
  [
    "one that was edited by hand",
    goodValues(),
    { [PATH]: GOOD.replace("raw", "img") },
    /^images\/.*: seal: .*changed after it was written/,
  ],
  [
    "one of another product",
    spoiled("product/name", "other"),
    { [PATH]: GOOD },
    /needs an image file of product other, but has "one of demo"/,
  ],
  [
    "one of another version",
    spoiled("releases/0/version", "1"),
    { [PATH]: GOOD },
    /needs an image file of version 1, but has "one of 20261120\.0"/,
  ],
  [
    "one of a product with an endless name",
    spoiled("product/name", "o".repeat(5_000)),
    { [PATH]: GOOD },
    /needs an image file of product o{60,300}…, but has "one of demo"/,
  ],
])("%s is refused", (_what, values, files, says) => {
  expect(linesOf(values, files).join("\n")).toMatch(says);
});

test("problems of the stack file and of its image files are told at once", () => {
  const lines = linesOf(spoiled("aws/homeRegion", "eu-west-1"), { [PATH]: "{" });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("imprimatur:aws.homeRegion");
  expect(lines[1]).toContain("this is not JSON");
});

test("two architectures are checked against the names of each cloud", () => {
  expect(linesOf(spoiled("gcp/family", "{product}"), { [PATH]: GOOD }).join()).toContain(
    "a family for each architecture",
  );
});

test("releases come newest first, whatever their order in the stack file", () => {
  const versions = ["20261120.9", "20261121.0", "20261120.10"];
  const values = spoiled(
    "releases",
    versions.map((version) => ({ version, state: "staged", imageFile: `${version}.json` })),
  );
  const { stack } = assembleStack(values, (path) =>
    writeImageFile({ product: "demo", version: path.replace(".json", ""), images: imageFile.images }),
  );
  expect(stack?.builds.map(({ release }) => release.version)).toEqual([
    "20261121.0",
    "20261120.10",
    "20261120.9",
  ]);
});

test("what the engine says is secret is not repeated in a refusal", () => {
  const secrets = secretKeys({ PULUMI_CONFIG_SECRET_KEYS: '["imprimatur:aws","aws:secretKey"]' });
  const values = spoiled("aws/accountId", "hunter2");
  const { problems = [] } = assembleStack(values, () => GOOD) as { problems?: [] };
  const said = renderProblems(problems, { file: "stacks/Pulumi.demo.yaml", secrets });
  expect(said).toMatch(/imprimatur:aws\.accountId: needs .*, but has a secret value/);
  expect(said).not.toContain("hunter2");
  expect(secretKeys({})).toEqual(new Set());
});

test("an image file that is none is a problem of the line that names it", () => {
  const assembled = assembleStack(goodValues(), () => {
    throw new UnreadableFile("is a pipe, and a file is needed", { file: PATH, cure: "" });
  });
  expect(assembled).toMatchObject({
    problems: [
      {
        path: ["releases", 0, "imageFile"],
        needs: "an image file that can be read",
        given: `${PATH}, which is a pipe, and a file is needed`,
      },
    ],
  });
});
