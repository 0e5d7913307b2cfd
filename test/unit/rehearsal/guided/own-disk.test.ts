import fs from "node:fs";
import path from "node:path";
import { BLOCK_SIZE } from "../../../../facts/units";
import { blockMapRoot } from "../../../../disk/block-map";
import { Disk } from "../../../../disk/disk";
import { mapDisk } from "../../../../disk/map-disk";
import { makeMbr } from "../../disk/make-mbr";
import { temporaryFolder } from "../../disk/sparse-file";

const project = fs.realpathSync(temporaryFolder());
const PRODUCT = "my-linux";
const NOTHING = { versions: [] as string[], holds: (_version: string) => false };
const published = (...versions: string[]) => ({
  versions,
  holds: (asked: string) => versions.includes(asked),
});

let ownDisk: typeof import("../../../../rehearsal/guided/own-disk");
let before: string;

beforeAll(() => {
  before = process.cwd();
  fs.writeFileSync(path.join(project, "Pulumi.yaml"), "name: imprimatur\n");
  process.chdir(project);
  // The project is that of the working folder, when the module is loaded.
  ownDisk = jest.requireActual<typeof import("../../../../rehearsal/guided/own-disk")>(
    "../../../../rehearsal/guided/own-disk",
  );
});
afterAll(() => process.chdir(before));
beforeEach(() => {
  for (const name of ["images", "stacks", "build"])
    fs.rmSync(path.join(project, name), { recursive: true, force: true });
  fs.mkdirSync(path.join(project, "build"));
});

function build(content: string, name = "disk.raw"): string {
  const image = path.join(project, "build", name);
  const bytes = makeMbr(1000, [{ type: 0x83, first: 40, count: 900, active: true }]);
  bytes.write(content, 50 * 512);
  fs.writeFileSync(image, bytes);
  return image;
}

/** What `imprimatur inspect` writes, as far as it is read here. */
async function describe(imageFile: string, rawDisk: string): Promise<void> {
  const disk = await Disk.open(rawDisk);
  const { map } = await mapDisk(disk).finally(() => disk.close());
  const blockMap = { blockSize: BLOCK_SIZE, root: blockMapRoot(map) };
  const image = { file: path.basename(rawDisk), bootMode: "legacy-bios", blockMap };
  fs.writeFileSync(imageFile, JSON.stringify({ images: { x86_64: image } }));
}

/** A run of `npm start` up to what it publishes; what it did with the stack file. */
async function start(content: string, version: string, state: typeof NOTHING = NOTHING) {
  const own = { image: build(content), product: PRODUCT, version };
  const placed = ownDisk.placeOwnDisk(own);
  const answer = () => Promise.resolve(state);
  const inspects = await ownDisk.needsInspection(own, placed, answer);
  if (inspects) await describe(placed.imageFile, placed.rawDisk);
  const done = await ownDisk.prepareStackFile(placed, answer);
  return { inspects, done, text: fs.readFileSync(placed.stackFile, "utf8") };
}

it("inspects a disk once, and writes a stack file that fits it", async () => {
  const first = await start("a", "1.0");
  expect(first).toMatchObject({ inspects: true, done: "wrote stacks/Pulumi.my-linux.yaml" });
  expect(first.text).toContain("hyperVGeneration: V1");
  expect(await start("a", "1.0", published("1.0"))).toEqual({ ...first, inspects: false, done: undefined });
});

it("says of a published disk that was rebuilt which version comes next, and adds that one", async () => {
  await start("a", "1.0");
  await expect(start("b", "1.0", published("1.0"))).rejects.toThrow(
    /disk\.raw has changed since it was inspected as 1\.0, which is published: publish it as another version, npm start -- --image .* --product my-linux --version 1\.1$/,
  );
  const { inspects, done, text } = await start("b", "1.1", published("1.0"));
  expect({ inspects, done }).toEqual({
    inspects: true,
    done: "added release 1.1 to stacks/Pulumi.my-linux.yaml",
  });
  expect(text.match(/- version: .*/g)).toEqual(['- version: "1.1"', '- version: "1.0"']);
});

it("goes on as if nothing lay there while nothing is published", async () => {
  await start("a", "1.0");
  expect(await start("b", "1.0")).toMatchObject({ inspects: true, done: undefined });
  const { done, text } = await start("b", "2.0");
  expect(done).toBe("wrote stacks/Pulumi.my-linux.yaml again: nothing that it said was published");
  expect(text.match(/- version: .*/g)).toEqual(['- version: "2.0"']);
});

it("links to the new disk where the old one of that name was never described, and to no other", () => {
  const image = build("a");
  ownDisk.placeOwnDisk({ image, product: PRODUCT, version: "1.0" });
  const other = path.join(project, "build", "new");
  fs.mkdirSync(other);
  fs.copyFileSync(image, path.join(other, "disk.raw"));
  const again = { image: path.join(other, "disk.raw"), product: PRODUCT, version: "1.0" };
  const { rawDisk } = ownDisk.placeOwnDisk(again);
  expect(fs.realpathSync(rawDisk)).toBe(path.join(other, "disk.raw"));
  fs.writeFileSync(path.join(project, "images", PRODUCT, "1.0.json"), '{"file": "disk.raw"}');
  expect(() => ownDisk.placeOwnDisk({ ...again, image })).toThrow("disk.raw is another file of that name");
});
