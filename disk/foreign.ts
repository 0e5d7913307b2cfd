/** Kinds of disks without a usable partition table. */
import { SECTOR } from "../facts/units";
import { FILE_SYSTEM_START, fileSystemIn } from "./file-systems";
import { hasBootSignature, isProtective } from "./mbr-sector";

export interface Foreign {
  what: string;
  /** A whole sentence without its full stop, with the command that gives a raw disk where there is one. */
  cure: string;
}

/** Reads `length` bytes at `at` of the file, fewer at its end. */
export type ReadBytes = (at: number, length: number) => Promise<Buffer>;

const MAKE_GPT =
  "make the disk with a partition table, as sfdisk, sgdisk and systemd-repart do, and put it into a partition";
const FOR_512 =
  "Clouds' disks have sectors of 512: build the disk again for these (systemd-repart --sector-size=512, qemu's logical_block_size=512)";
/** Sectors of disks that say "4K native", and of a disc. */
const LARGER_SECTORS = [4096, 2048, 1024];

/** Other partition tables, in the first two sectors: the kernel's block/partitions (2026-11). */
const TABLES: readonly { magic: string; at: number; what: string }[] = [
  { magic: "ER", at: 0, what: "its partition table is Apple's" },
  { magic: "WEV\x82", at: 512, what: "its partition table is a BSD disklabel alone" },
];

/** The file system that fills the disk, which its first sector may make look like an MBR; `undefined`: none known. */
export async function bareFileSystem(read: ReadBytes): Promise<string | undefined> {
  return fileSystemIn(await read(0, FILE_SYSTEM_START));
}

/** Description of a disk with neither a GPT nor an MBR with partitions. */
export async function describeForeign(read: ReadBytes): Promise<Foreign> {
  for (const sector of LARGER_SECTORS) {
    if ((await read(sector, 8)).toString("latin1") === "EFI PART")
      return { what: `its GPT is one for sectors of ${sector} bytes`, cure: FOR_512 };
  }
  const system = await bareFileSystem(read);
  if (system !== undefined)
    return { what: `this is ${system} without a partition table`, cure: capital(MAKE_GPT) };
  const start = await read(0, SECTOR);
  if (isProtective(start)) {
    return {
      what: "the protective MBR is there, and no GPT header in sector 1 (of 512 bytes) follows it",
      cure: "Build the disk again, with sectors of 512 bytes",
    };
  }
  for (const { magic, at, what } of TABLES) {
    if ((await read(at, magic.length)).toString("latin1") === magic)
      return { what, cure: "Make the disk with a GPT, or with an MBR if it starts by BIOS" };
  }
  return hasBootSignature(start)
    ? { what: "its MBR has no partitions", cure: capital(MAKE_GPT) }
    : { what: "this is not a disk: it has no partition table", cure: "Name the raw disk image" };
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
