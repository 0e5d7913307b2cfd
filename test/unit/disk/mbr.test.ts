import fs from "node:fs";
import path from "node:path";
import { Disk } from "../../../disk/disk";
import { type PartitionTable, readPartitionTable } from "../../../disk/partition-table";
import { bootModeOf, ESP_TYPE, LINUX_TYPE, placedPartitions } from "../../../disk/partition-types";
import { makeGpt } from "./make-gpt";
import { type MadeMbrPartition, makeMbr, writeEntries } from "./make-mbr";
import { temporaryFolder } from "./sparse-file";

const file = path.join(temporaryFolder(), "disk.raw");
const SECTORS = 300;
const LINUX = { type: 0x83, first: 40, count: 100, active: true };

async function tableOf(bytes: Buffer): Promise<PartitionTable> {
  fs.writeFileSync(file, bytes);
  const disk = await Disk.open(file, { name: "disk.raw" });
  try {
    return await readPartitionTable(disk);
  } finally {
    await disk.close();
  }
}

/** An extended partition from sector 40 with one logical partition for each pair of its link's and its own first sector. */
function withLogical(...pairs: [number, number][]): Buffer {
  const bytes = makeMbr(SECTORS, [{ type: 0x05, first: 40, count: 200 }]);
  pairs.forEach(([link, first], at) => {
    const next = pairs[at + 1];
    writeEntries(bytes.subarray(link * 512, (link + 1) * 512), [
      { type: 0x83, first: first - link, count: 10 },
      ...(next ? [{ type: 0x05, first: next[0] - 40, count: 20 }] : []),
    ]);
  });
  return bytes;
}

it("reads primary and logical partitions, as Linux counts them", async () => {
  const partitions: MadeMbrPartition[] = [
    LINUX,
    { type: 0, first: 0, count: 0 },
    { type: 0xef, first: 150, count: 9 },
  ];
  const table = await tableOf(makeMbr(SECTORS, partitions));
  expect(table).toEqual({
    type: "mbr",
    diskSignature: "1234abcd",
    partitions: [
      { number: 1, start: 40 * 512, length: 100 * 512, typeCode: "83", active: true },
      { number: 3, start: 150 * 512, length: 9 * 512, typeCode: "ef", active: false },
    ],
  });
  expect(placedPartitions(table)).toMatchObject([
    { number: 1, typeGuid: LINUX_TYPE, guid: "1234abcd-01" },
    { number: 3, typeGuid: ESP_TYPE, guid: "1234abcd-03" },
  ]);
  const logical = await tableOf(withLogical([40, 42], [60, 63]));
  expect(logical.partitions).toMatchObject([
    { number: 5, start: 42 * 512, length: 10 * 512 },
    { number: 6, start: 63 * 512, length: 10 * 512 },
  ]);
});

it.each<[string, MadeMbrPartition[], string | undefined]>([
  ["a plain one", [{ ...LINUX, active: false }], "legacy-bios"],
  [
    "an active one beside an EFI system partition",
    [LINUX, { type: 0xef, first: 150, count: 9 }],
    "legacy-bios",
  ],
  ["an EFI system partition, and no active one", [{ type: 0xef, first: 40, count: 9 }], undefined],
])("takes an MBR with %s for %s", async (_, partitions, mode) => {
  expect(bootModeOf(await tableOf(makeMbr(SECTORS, partitions)))).toBe(mode);
});

it("reads a GPT beside a hybrid MBR as a GPT", async () => {
  const guid = "00000000-0000-0000-0000-000000000001";
  const bytes = makeGpt(SECTORS, [{ typeGuid: LINUX_TYPE, guid, name: "root", first: 40, last: 99 }]);
  writeEntries(bytes, [
    { type: 0xee, first: 1, count: 39 },
    { ...LINUX, count: 60 },
  ]);
  expect((await tableOf(bytes)).type).toBe("gpt");
});

it.each<[string, () => Buffer, string]>([
  [
    "no partition",
    () => makeMbr(SECTORS, []),
    "disk.raw: its MBR has no partitions. Make the disk with a partition table",
  ],
  [
    "an extended partition with nothing in it",
    () => {
      const bytes = makeMbr(SECTORS, [{ type: 0x0f, first: 40, count: 200 }]);
      writeEntries(bytes.subarray(40 * 512, 41 * 512), []);
      return bytes;
    },
    "disk.raw: its partition table is empty: there is no partition.",
  ],
  [
    "a partition beyond the end",
    () => makeMbr(SECTORS, [{ ...LINUX, count: 1000 }]),
    "disk.raw: the disk is cut off: partition 1 ends at byte 532480, and the file has 153600. Copy or build the disk again.",
  ],
  [
    "overlapping partitions",
    () => makeMbr(SECTORS, [LINUX, { ...LINUX, first: 100 }]),
    "disk.raw: partitions 1 and 2 overlap. Make the partition table again.",
  ],
  [
    "a partition over the MBR",
    () => makeMbr(SECTORS, [{ ...LINUX, first: 0 }]),
    "disk.raw: partition 1 covers bytes 0 to 51200, and begins in the first sector or has no length.",
  ],
  [
    "a chain that never ends",
    () => withLogical([40, 42], [60, 63], [60, 63]),
    "disk.raw: the chain of logical partitions is broken at sector 60.",
  ],
  [
    "a chain that leaves its partition",
    () => withLogical([40, 42], [270, 271]),
    "disk.raw: the chain of logical partitions is broken at sector 270.",
  ],
  [
    "a GPT that nobody took away",
    () => {
      const bytes = makeGpt(SECTORS, []);
      writeEntries(bytes.fill(0, 446, 510), [LINUX]);
      return bytes;
    },
    "If it is the MBR, take the GPT away: sgdisk --zap disk.raw.",
  ],
  [
    "what is a FAT file system, whose first sector looks like one",
    () => {
      const bytes = makeMbr(SECTORS, [LINUX]);
      bytes.write("FAT16   ", 54, "latin1");
      return bytes;
    },
    "disk.raw: this is a FAT file system without a partition table. Make the disk with a partition table",
  ],
])("refuses an MBR with %s", async (_, make, message) => {
  await expect(tableOf(make())).rejects.toThrow(message);
});
