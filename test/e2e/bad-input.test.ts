import fs from "node:fs";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";

const RAW = "images/demo/demo.raw";
const IMAGE = "images/demo/20261120.0.json";

/** Ways in which a disk can be wrong before anything knows it: `inspect` refuses them and writes nothing. */
const REFUSED_BY_INSPECT: { name: string; spoil: (disk: Buffer) => Buffer; says: RegExp }[] = [
  {
    name: "not a disk",
    spoil: (disk) => Buffer.alloc(disk.length, "no disk at all "),
    says: /partition table|GPT|not a disk/i,
  },
  {
    name: "a truncated disk",
    spoil: (disk) => disk.subarray(0, disk.length / 2),
    says: /truncated|beyond|backup/i,
  },
  { name: "a broken GPT checksum", spoil: (disk) => flipped(disk, 512 + 56), says: /CRC|checksum/i },
  {
    name: "a size that is no multiple of 512",
    spoil: (disk) => Buffer.concat([disk, Buffer.alloc(100)]),
    says: /512/,
  },
];

describe("bad input", () => {
  let rehearsed: Rehearsed;
  let good: Buffer;
  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo");
    expectSuccess(await rehearsed.demoDisk());
    good = fs.readFileSync(rehearsed.checkout.path(RAW));
  });
  afterAll(() => rehearsed?.end());
  beforeEach(() => fs.writeFileSync(rehearsed.checkout.path(RAW), good));

  test.each(REFUSED_BY_INSPECT)(
    "$name is refused by inspect in one line, and nothing is written",
    async ({ spoil, says }) => {
      const { checkout } = rehearsed;
      checkout.write("images/bad/.keep", "");
      fs.writeFileSync(checkout.path("images/bad/bad.raw"), spoil(good));
      oneLineError(await rehearsed.inspect("images/bad/bad.raw", "bad", "1", "images/bad/1.json"), says);
      expect(fs.existsSync(checkout.path("images/bad/1.json"))).toBe(false);
    },
  );

  test("an image file that was edited by hand is refused in preview", async () => {
    const { checkout } = rehearsed;
    const text = fs.readFileSync(checkout.path(IMAGE), "utf8");
    try {
      fs.writeFileSync(
        checkout.path(IMAGE),
        text.replace(/"sha256": "./, '"sha256": "f').replace(/"dataBytes": \d/, '"dataBytes": 9'),
      );
      expect(oneLineError(await rehearsed.pulumi(["preview"]), /20261120\.0\.json/)).toMatch(
        /edited|seal|changed/i,
      );
    } finally {
      fs.writeFileSync(checkout.path(IMAGE), text);
    }
  });

  test("a disk that was truncated since inspect is refused before anything is made", async () => {
    fs.truncateSync(rehearsed.checkout.path(RAW), good.length / 2);
    oneLineError(await rehearsed.up(), /demo\.raw is truncated/);
    expect(await rehearsed.inventory()).toEqual([]);
  });

  test("a disk with one bit changed since inspect is never registered, and destroy leaves nothing", async () => {
    const at = good.findIndex((byte, index) => index > 2 * 1024 * 1024 && byte !== 0);
    fs.writeFileSync(rehearsed.checkout.path(RAW), flipped(good, at));
    oneLineError(await rehearsed.up(), /has changed since it was inspected/);
    const kinds = new Set((await rehearsed.inventory()).map(({ kind }) => kind));
    expect(kinds.has("image")).toBe(false);
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

function flipped(disk: Buffer, at: number): Buffer {
  const copy = Buffer.from(disk);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
