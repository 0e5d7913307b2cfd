import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Refusal } from "../../../cli/problem";
import { openSavedPlan } from "../../../cli/saved-plan";
import { readStackFile } from "../../../cli/stack";
import { makeNamedPipe } from "../../named-pipe";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-file-"));
const home = process.cwd();
beforeAll(() => {
  fs.mkdirSync(path.join(folder, "stacks"));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true, force: true });
});

const naming = (imageFile: string) =>
  JSON.stringify({ config: { "imprimatur:releases": [{ version: "1", imageFile }] } });

test.each([
  ["nested without end", "[".repeat(50_000), "nested too deeply"],
  ["endless", `# ${"a".repeat(1 << 20)}`, "and a stack file has 1048576 at most"],
  ["not YAML", "config: {", "this is not YAML"],
  ["naming a path that no file can have", naming(`${"a".repeat(5_000)}.json`), "there is no such file"],
  ["naming a file below a file", naming("stacks/Pulumi.night.yaml/1.json"), "there is no such file"],
])("a stack file that is %s is refused in a line", (_what, text, says) => {
  fs.writeFileSync(path.join(folder, "stacks/Pulumi.night.yaml"), text);
  let refusal: unknown;
  try {
    readStackFile("night");
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(Refusal);
  const { message } = refusal as Refusal;
  expect(message).toContain(says);
  expect(message.length).toBeLessThan(500);
  expect(message).not.toContain("\n");
});

/** Ways in which a path is not a readable file: reading it would never end, or it has no content. */
const NO_FILES: { what: string; make: (file: string) => void; says: string }[] = [
  {
    what: "a pipe that nobody writes",
    make: makeNamedPipe,
    says: "is a pipe",
  },
  { what: "an endless device", make: (file) => fs.symlinkSync("/dev/zero", file), says: "is a device" },
  { what: "a folder", make: (file) => fs.mkdirSync(file), says: "is a folder" },
  {
    what: "far too large",
    make: (file) => {
      fs.writeFileSync(file, "");
      fs.truncateSync(file, 65 << 20);
    },
    says: "has more than 67108864 bytes",
  },
];

test.each(NO_FILES)("a stack file, image file or plan that is $what is refused at once", ({ make, says }) => {
  for (const name of ["stacks/Pulumi.odd.yaml", "odd.json"]) {
    fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    make(path.join(folder, name));
  }
  fs.writeFileSync(path.join(folder, "stacks/Pulumi.names.yaml"), naming("odd.json"));
  expect(() => readStackFile("odd")).toThrow(Refusal);
  expect(() => readStackFile("odd")).toThrow(`stacks/Pulumi.odd.yaml: ${says}`);
  expect(() => readStackFile("names")).toThrow(`odd.json: ${says}`);
  // A plan may be larger than that.
  if (!says.startsWith("has")) expect(() => openSavedPlan("odd.json")).toThrow(`odd.json: ${says}`);
});
