import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { Disk } from "../../../disk/disk";
import { type PartitionTable, readPartitionTable } from "../../../disk/partition-table";
import {
  architecturesOf,
  BIOS_BOOT_TYPE,
  bootModeOf,
  ESP_TYPE,
  FREEBSD_BOOT_TYPE,
  placedPartitions,
} from "../../../disk/partition-types";
import { makeNamedPipe } from "../../named-pipe";
import { DISK_GUID, type MadePartition, makeGpt, seal } from "./make-gpt";
import { temporaryFolder } from "./sparse-file";

const folder = temporaryFolder();
const file = path.join(folder, "disk.raw");
const ROOT_X86_64 = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";

async function tableOf(bytes: Buffer): Promise<PartitionTable> {
  fs.writeFileSync(file, bytes);
  const disk = await Disk.open(file, { name: "disk.raw" });
  try {
    return await readPartitionTable(disk);
  } finally {
    await disk.close();
  }
}

const SECTORS = 300;
const guid = fc.uuid();
/** Up to ten partitions at random places, without overlap. */
const partitions = fc
  .uniqueArray(fc.integer({ min: 34, max: SECTORS - 34 }), { minLength: 2, maxLength: 20 })
  .map((bounds) => bounds.sort((a, b) => a - b))
  .chain((bounds) =>
    fc
      .array(fc.tuple(guid, guid, fc.string({ maxLength: 36 })), {
        minLength: bounds.length >> 1,
        maxLength: bounds.length >> 1,
      })
      .map((ids) =>
        ids.map(([typeGuid, guid, name], index): MadePartition => ({
          typeGuid,
          guid,
          name: name.split("\0")[0] ?? "",
          first: bounds[index * 2] as number,
          last: (bounds[index * 2 + 1] as number) - 1,
        })),
      ),
  );

const good = makeGpt(SECTORS, [
  { typeGuid: ESP_TYPE, guid: "00000000-0000-0000-0000-000000000001", name: "ESP", first: 40, last: 99 },
  {
    typeGuid: ROOT_X86_64,
    guid: "00000000-0000-0000-0000-000000000002",
    name: "root",
    first: 100,
    last: 199,
  },
]);

it("reads every partition as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(partitions, async (made) => {
      const table = await tableOf(makeGpt(SECTORS, made));
      expect(table).toEqual({
        type: "gpt",
        diskGuid: DISK_GUID,
        partitions: made.map(({ first, last, ...rest }, place) => ({
          number: place + 1,
          start: first * 512,
          length: (last - first + 1) * 512,
          ...rest,
        })),
      });
    }),
    { numRuns: 50 },
  );
});

it("refuses a table in which any one bit of a header or an entry is wrong", async () => {
  const covered = [
    { from: 512, to: 512 + 92 },
    { from: 1024, to: 1024 + 16384 },
    { from: (SECTORS - 33) * 512, to: (SECTORS - 1) * 512 + 92 },
  ];
  const place = fc.oneof(...covered.map(({ from, to }) => fc.integer({ min: from, max: to - 1 })));
  await fc.assert(
    fc.asyncProperty(place, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] as number) ^ (1 << bit);
      await expect(tableOf(bytes)).rejects.toThrow(/^disk\.raw: .*\. .*\.$/);
    }),
    { numRuns: 100 },
  );
});

it("refuses random bytes and never fails otherwise", async () => {
  const sector = fc.uint8Array({ minLength: 512, maxLength: 512 });
  await fc.assert(
    fc.asyncProperty(fc.nat(3), sector, async (at, noise) => {
      const bytes = Buffer.from(good);
      bytes.set(noise, at * 512);
      const refused = await tableOf(bytes).then(
        () => undefined,
        (error: Error) => error.name,
      );
      expect(["DiskProblem", undefined]).toContain(refused);
    }),
    { numRuns: 50 },
  );
});

type Change = (bytes: Buffer) => Buffer | void;
const header = (bytes: Buffer, at: number) => bytes.subarray(at * 512, (at + 1) * 512);

it.each<[string, Change, string]>([
  [
    "a cut-off disk",
    (bytes) => bytes.subarray(0, 200 * 512),
    "disk.raw: the disk is cut off: its partition table needs 153600 bytes, and the file has 102400. Copy or build the disk again.",
  ],
  [
    "a broken primary header",
    (bytes) => void (bytes[512 + 40] = 1),
    "disk.raw: the primary GPT header is broken: the CRC32 is written as ",
  ],
  [
    "broken primary entries",
    (bytes) => void (bytes[1024 + 56] = 1),
    "disk.raw: the primary GPT entries are broken: the CRC32 is written as ",
  ],
  [
    "a broken backup header",
    (bytes) => void (bytes[299 * 512 + 40] = 1),
    "disk.raw: the backup GPT header is broken: the CRC32 is written as ",
  ],
  [
    "broken backup entries",
    (bytes) => void (bytes[267 * 512 + 56] = 1),
    "disk.raw: the backup GPT entries are broken: the CRC32 is written as ",
  ],
  [
    "no backup",
    (bytes) => void bytes.fill(0, 299 * 512),
    "disk.raw: the backup GPT header is missing: there is none in sector 299.",
  ],
  [
    "a backup of another table",
    (bytes) => {
      header(bytes, 299).write("another guid 16!", 56, "latin1");
      seal(header(bytes, 299));
    },
    "disk.raw: the GPT and its backup at the end of the disk say different things.",
  ],
  [
    "a disk that was made larger",
    (bytes) => Buffer.concat([bytes, Buffer.alloc(512)]),
    "disk.raw: the backup GPT is in sector 299, and the disk ends with sector 300. Move it to the end: sgdisk --move-second-header disk.raw.",
  ],
  [
    "no protective MBR",
    (bytes) => void bytes.fill(0, 0, 512),
    "disk.raw: the protective MBR before the GPT is missing. Write it again: sgdisk --move-second-header disk.raw.",
  ],
  [
    "no GPT header",
    (bytes) => void bytes.fill(0, 512, 1024),
    "disk.raw: the primary GPT is missing: only its backup at the end of the disk is there. Build the disk again, or write the table from the copy that is sound: sgdisk --move-second-header disk.raw.",
  ],
  [
    "no GPT header, and none at the end",
    (bytes) => void bytes.fill(0, 512, 1024).fill(0, 299 * 512),
    "disk.raw: the protective MBR is there, and no GPT header in sector 1 (of 512 bytes) follows it. Build the disk again, with sectors of 512 bytes.",
  ],
  [
    "a GPT of which both copies are broken",
    (bytes) => void (bytes[512 + 40] = bytes[299 * 512 + 40] = 1),
    "Build the disk again, or repair it: gdisk disk.raw, commands v, r and w.",
  ],
  [
    "a GPT for sectors of 4096 bytes",
    (bytes) =>
      void bytes
        .fill(0, 512, 1024)
        .fill(0, 299 * 512)
        .write("EFI PART", 4096, "latin1"),
    "disk.raw: its GPT is one for sectors of 4096 bytes. Clouds' disks have sectors of 512: build the disk again for these",
  ],
  [
    "a GPT without partitions",
    () => makeGpt(SECTORS, []),
    "disk.raw: its partition table is empty: there is no partition. Build the disk again.",
  ],
  [
    "one sector of zeros",
    () => Buffer.alloc(512),
    "disk.raw: this is not a disk: it has no partition table. Name the raw disk image.",
  ],
  [
    "the first sector of a disk",
    (bytes) => bytes.subarray(0, 512),
    "disk.raw: the protective MBR is there, and no GPT header in sector 1",
  ],
  [
    "no disk",
    () => Buffer.alloc(1024, "text"),
    "disk.raw: this is not a disk: it has no partition table. Name the raw disk image.",
  ],
  [
    "overlapping partitions",
    () =>
      makeGpt(SECTORS, [
        { typeGuid: ESP_TYPE, guid: ESP_TYPE, name: "a", first: 40, last: 99 },
        { typeGuid: ESP_TYPE, guid: ESP_TYPE, name: "b", first: 99, last: 120 },
      ]),
    "disk.raw: partitions 1 and 2 overlap. Make the partition table again.",
  ],
  [
    "a partition over the backup",
    () => makeGpt(SECTORS, [{ typeGuid: ESP_TYPE, guid: ESP_TYPE, name: "a", first: 40, last: 299 }]),
    "disk.raw: partition 1 covers bytes 20480 to 153600, and the table allows 17408 to 136704. Make the partition table again.",
  ],
])("refuses %s", async (_, change, message) => {
  const bytes = Buffer.from(good);
  await expect(tableOf(change(bytes) ?? bytes)).rejects.toThrow(message);
});

it.each([
  ["an empty file", () => fs.writeFileSync(file, ""), "disk.raw: the file is empty. Build the disk again."],
  [
    "half a sector",
    () => fs.writeFileSync(file, Buffer.alloc(1000)),
    "disk.raw: the size is 1000 bytes, which is not a multiple of 512: not a raw disk, or cut off. Copy or build the disk again.",
  ],
  [
    "a folder",
    () => fs.mkdirSync(file),
    "disk.raw: this is a folder, and a raw disk image is one file. Name the .raw file.",
  ],
  [
    "a FIFO",
    () => makeNamedPipe(file),
    "disk.raw: this is not a regular file, and a raw disk image is one file. Name the .raw file.",
  ],
  ["nothing", () => {}, "disk.raw: there is no such file. Check the path."],
])("refuses %s", async (_, make, message) => {
  fs.rmSync(file, { recursive: true, force: true });
  make();
  await expect(Disk.open(file, { name: "disk.raw" })).rejects.toThrow(message);
  fs.rmSync(file, { recursive: true, force: true });
});

it("knows architecture and boot mode by the partitions' types", async () => {
  const table = await tableOf(Buffer.from(good));
  expect(architecturesOf(placedPartitions(table))).toEqual(["x86_64"]);
  expect(bootModeOf(table)).toBe("uefi");
  const ofTypes = (...types: string[]) =>
    bootModeOf({
      type: "gpt",
      diskGuid: DISK_GUID,
      partitions: types.map((typeGuid, at) => ({
        ...{ number: at + 1, start: 0, length: 512, typeGuid, guid: DISK_GUID, name: "" },
      })),
    });
  expect(ofTypes(ROOT_X86_64)).toBeUndefined();
  expect(ofTypes(BIOS_BOOT_TYPE)).toBe("legacy-bios");
  expect(ofTypes(FREEBSD_BOOT_TYPE)).toBe("legacy-bios");
  expect(ofTypes(FREEBSD_BOOT_TYPE, ESP_TYPE)).toBe("uefi-preferred");
});
