import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockMapRoot } from "../../../disk/block-map";
import { checkInspected } from "../../../provider/disk-blocks";

const DAY = 86_400_000;
const cache = mkdtempSync(join(tmpdir(), "imprimatur-cache-"));
const before = process.env.XDG_CACHE_HOME;
beforeAll(() => (process.env.XDG_CACHE_HOME = cache));
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(cache, { recursive: true });
});

test("the cache keeps the block maps of the last 90 days, and does not grow with every release there ever was", () => {
  const maps = join(cache, "imprimatur/block-maps");
  mkdirSync(maps, { recursive: true });
  for (const [name, days] of [
    ["old", 91],
    ["young", 89],
  ] as const) {
    writeFileSync(join(maps, name), "");
    const written = new Date(Date.now() - days * DAY);
    utimesSync(join(maps, name), written, written);
  }
  const size = 1 << 20;
  const root = blockMapRoot({ size, blocks: [] });
  checkInspected(
    { imageFile: "x.json", architecture: "x86_64", size, blockMapRoot: root, dataBlocks: 0 },
    new Map(),
  );
  expect(readdirSync(maps).sort()).toEqual([root, "young"].sort());
});
