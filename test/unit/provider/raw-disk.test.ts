import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../facts/project";
import { findRawDisk } from "../../../provider/raw-disk";
import { makeNamedPipe } from "../../named-pipe";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "project-"));
  mkdirSync(join(project, "stacks"));
  mkdirSync(join(project, "images"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: imprimatur\n");
  writeFileSync(
    join(project, "images/demo.json"),
    JSON.stringify({ images: { x86_64: { file: "demo.raw" } } }),
  );
  writeFileSync(join(project, "images/demo.raw"), "");
  truncateSync(join(project, "images/demo.raw"), 4096);
});
afterEach(() => rmSync(project, { recursive: true }));

const find = (inputs: object = {}) =>
  findRawDisk(
    { imageFile: "images/demo.json", architecture: "x86_64", size: 4096, ...inputs },
    join(project, "stacks"),
  );

test("the disk is found beside its image file, from the folder in which the engine starts plugins", () => {
  expect(find()).toEqual({ path: join(project, "images/demo.raw"), name: "images/demo.raw", size: 4096 });
  expect(projectFolder(join(project, "stacks"))).toBe(project);
});

test.each<[string, () => object | void, RegExp]>([
  [
    "missing disk",
    () => rmSync(join(project, "images/demo.raw")),
    /images\/demo.raw is not there.*put it beside/,
  ],
  ["truncated disk", () => ({ size: 8192 }), /is truncated: 4096 bytes, and images\/demo.json says 8192/],
  ["too long a disk", () => ({ size: 512 }), /is too long: 4096 bytes/],
  [
    "missing image file",
    () => ({ imageFile: "images/none.json" }),
    /images\/none.json is not there; make it with/,
  ],
  [
    "image file that is a pipe",
    () => {
      rmSync(join(project, "images/demo.json"));
      makeNamedPipe(join(project, "images/demo.json"));
    },
    /images\/demo.json is a pipe, and a file is needed; make it with/,
  ],
  ["broken image file", () => writeFileSync(join(project, "images/demo.json"), "{"), /is not JSON/],
  ["no such architecture", () => ({ architecture: "arm64" }), /names no arm64 disk/],
  [
    "a name that leaves the folder",
    () => writeFileSync(join(project, "images/demo.json"), '{"images":{"x86_64":{"file":"../x.raw"}}}'),
    /names no x86_64 disk/,
  ],
])("%s is one line with the cure", (_name, spoil, message) => {
  const inputs = spoil() ?? {};
  expect(() => find(inputs)).toThrow(message);
});
