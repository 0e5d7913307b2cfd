import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeImageFile } from "../../../config/image-file";
import { type StackInput, stackOf } from "../../../stacks/library";
import { build } from "../components/builds";

let project: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  project = mkdtempSync(join(tmpdir(), "imprimatur-library-"));
  mkdirSync(join(project, "images"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: mine\n");
  process.chdir(project);
});
afterEach(() => {
  process.chdir(before);
  rmSync(project, { recursive: true });
});

const VALUES: StackInput = {
  product: { name: "demo", publisher: "My Company", provenance: { basedOn: "Debian 13" } },
  releases: [{ version: "20261120.0", state: "staged", imageFile: "images/20261120.0.json" }],
  aws: { homeRegion: "eu-central-1", regions: { "eu-central-1": {} } },
};

test("a program's values are a stack, with defaults, and with image files of its project", () => {
  const { imageFile } = build({ version: "20261120.0" });
  writeFileSync(
    "images/20261120.0.json",
    writeImageFile({ ...imageFile, product: "demo", version: "20261120.0" }),
  );
  const { config, builds } = stackOf(VALUES);
  expect(config).toMatchObject({ allow: [], aws: { sharing: { public: false } } });
  expect(builds.map(({ release }) => release.version)).toEqual(["20261120.0"]);
});

test("everything that is wrong with them is told at once, as of a stack file", () => {
  const wrong = { ...VALUES, aws: { homeRegion: "mars-1", regions: {} } } as unknown as StackInput;
  expect(() => stackOf(wrong)).toThrow(
    /^\d problems in the stack config; nothing was changed\.\nthe program: imprimatur:(.|\n)*mars-1(.|\n)*an image file that is there/,
  );
});
