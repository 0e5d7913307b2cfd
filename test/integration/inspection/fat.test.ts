import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { inspectImage } from "../../../inspection/rule";
import { bootLoader, espSound } from "../../../inspection/rules/boot";
import { NotInspectable } from "../../../inspection/tree";
import { describeWith } from "../../e2e/harness/needs";
import { efiProgram } from "../../unit/inspection/efi-program";
import { EXPECTED } from "../../unit/inspection/expected";
import { diskOf, fatOf, inspecting, MAKERS, TYPE } from "./small-disk";

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-fat-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

type Bits = 12 | 16 | 32;
const BITS: Bits[] = [12, 16, 32];
const LOADER = "/EFI/BOOT/BOOTX64.EFI";
const FILES = { [LOADER]: Buffer.concat([efiProgram(), Buffer.alloc(5000)]), "/a long name.txt": "hello" };

const whole = new Map<Bits, Buffer>();
function wholeFat(bits: Bits): Buffer {
  const fat = whole.get(bits) ?? fatOf(folder, FILES, bits);
  whole.set(bits, fat);
  return Buffer.from(fat);
}

/** The offsets of a FAT's tables, and a function that writes an entry. */
function tablesOf(fat: Buffer, bits: Bits) {
  const [reserved, count] = [fat.readUInt16LE(14), fat.readUInt8(16)];
  const length = (fat.readUInt16LE(22) || fat.readUInt32LE(36)) * 512;
  const places = Array.from({ length: count }, (_, index) => reserved * 512 + index * length);
  const entry = (cluster: number, value: number) =>
    places.forEach((at) => {
      if (bits === 32) fat.writeUInt32LE(value, at + cluster * 4);
      else if (bits === 16) fat.writeUInt16LE(value & 0xffff, at + cluster * 2);
      else {
        const place = at + Math.floor(cluster * 1.5);
        const before = fat.readUInt16LE(place);
        const mine = value & 0xfff;
        fat.writeUInt16LE(cluster % 2 ? (before & 0xf) | (mine << 4) : (before & 0xf000) | mine, place);
      }
    });
  return { places, length, entry };
}

/** Directory entry of a short name, eleven characters as FAT pads them. */
function entryOf(fat: Buffer, short: string): Buffer {
  const at = fat.indexOf(short, 0, "latin1");
  expect(at).toBeGreaterThan(0);
  return fat.subarray(at, at + 32);
}
const clusterOf = (entry: Buffer) => entry.readUInt16LE(26);

function verdicts(fat: Buffer): Record<string, string> {
  const disk = diskOf(folder, [{ typeGuid: TYPE.esp, content: fat }]);
  return inspecting(disk, (image) =>
    Object.fromEntries(
      inspectImage(image, [espSound, bootLoader], EXPECTED).map(({ rule, outcome, findings, why }) => [
        rule.id,
        why ?? findings[0]?.message ?? outcome,
      ]),
    ),
  );
}

describeWith(MAKERS)("an EFI system partition", () => {
  test.each(BITS)("FAT%d that is whole passes, and its files are read", (bits) => {
    const fat = wholeFat(bits);
    expect(verdicts(fat)).toMatchObject({ "esp-sound": "passed", "boot-loader": "passed" });
    const disk = diskOf(folder, [{ typeGuid: TYPE.esp, content: fat }]);
    inspecting(disk, ({ esp }) => {
      if (esp instanceof NotInspectable) throw esp;
      expect(esp.read("/A LONG name.txt")?.toString()).toBe("hello");
      expect(esp.read(LOADER.toLowerCase())).toEqual(FILES[LOADER]);
      expect(esp.list("/")?.map(({ name }) => name)).toEqual(["EFI", "a long name.txt"]);
    });
  });

  const broken: { what: string; spoil: (fat: Buffer, bits: Bits) => void; why: RegExp }[] = [
    {
      what: "tables of zeros",
      spoil: (fat, bits) => {
        const { places, length } = tablesOf(fat, bits);
        places.forEach((at) => fat.fill(0, at, at + length));
      },
      why: /its allocation table does not begin as one/,
    },
    {
      what: "tables of 0xf6",
      spoil: (fat, bits) => {
        const { places, length } = tablesOf(fat, bits);
        places.forEach((at) => fat.fill(0xf6, at, at + length));
      },
      why: /its allocation table does not begin as one/,
    },
    {
      what: "a second table of zeros",
      spoil: (fat, bits) => {
        const { places, length } = tablesOf(fat, bits);
        fat.fill(0, places[1], places[1]! + length);
      },
      why: /its allocation tables say different things/,
    },
    {
      what: "a chain that ends early",
      spoil: (fat, bits) => tablesOf(fat, bits).entry(clusterOf(entryOf(fat, "BOOTX64 EFI")), 0x0fffffff),
      why: /BOOTX64.EFI: its chain of clusters ends after 512 of 6024 bytes/,
    },
    {
      what: "a chain that leads to a free cluster",
      spoil: (fat, bits) => tablesOf(fat, bits).entry(clusterOf(entryOf(fat, "BOOTX64 EFI")), 0),
      why: /BOOTX64.EFI: its chain of clusters leads to 0, which is none/,
    },
    {
      what: "a chain that leads to a bad cluster",
      spoil: (fat, bits) => tablesOf(fat, bits).entry(clusterOf(entryOf(fat, "BOOTX64 EFI")), 0x0ffffff7),
      why: /BOOTX64.EFI: its chain of clusters leads to \d+, which is none/,
    },
    {
      what: "a chain in a circle, of a file of 4 GiB",
      spoil: (fat, bits) => {
        const entry = entryOf(fat, "BOOTX64 EFI");
        entry.writeUInt32LE(0xffffffff, 28);
        tablesOf(fat, bits).entry(clusterOf(entry), clusterOf(entry));
      },
      why: /BOOTX64.EFI: cluster \d+ belongs to another file too/,
    },
    {
      what: "a folder that is inside itself",
      spoil: (fat) => {
        entryOf(fat, "BOOT       \x10").writeUInt16LE(clusterOf(entryOf(fat, "EFI        \x10")), 26);
      },
      why: /\/EFI\/BOOT: cluster \d+ belongs to another file too/,
    },
    {
      what: "a name with a slash",
      spoil: (fat) => entryOf(fat, "BOOTX64 EFI").write("A/B", 0, "latin1"),
      why: /a folder has a name that is none/,
    },
    {
      what: "more sectors than its partition has",
      spoil: (fat) => {
        fat.writeUInt16LE(0, 19);
        fat.writeUInt32LE(0x7fffffff, 32);
      },
      why: /holds no FAT file system: \d+ bytes of file system in a partition of \d+/,
    },
  ];
  test.each(broken.flatMap((each) => BITS.map((bits) => ({ ...each, bits }))))(
    "FAT$bits with $what does not pass",
    ({ bits, spoil, why }) => {
      const fat = wholeFat(bits);
      spoil(fat, bits);
      expect(verdicts(fat)).toMatchObject({
        "esp-sound": expect.stringMatching(why) as string,
        "boot-loader": expect.stringMatching(why) as string,
      });
    },
  );

  test("firmware goes by the short name where the long one belongs to another", () => {
    const fat = fatOf(folder, { "/a long name.txt": "hello" });
    // The checksum that ties the long name to the short one.
    entryOf(fat, "\x01a\0 \0l\0").writeUInt8(0, 13);
    const disk = diskOf(folder, [{ typeGuid: TYPE.esp, content: fat }]);
    inspecting(disk, ({ esp }) => {
      if (esp instanceof NotInspectable) throw esp;
      expect(esp.list("/")?.map(({ name }) => name)).toEqual(["ALONGN~1.TXT"]);
    });
  });
});
