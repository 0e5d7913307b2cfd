import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Refusal } from "../../../cli/problem";
import { readStackFile } from "../../../cli/stack";

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
