/**
 * GUID partition tables: UEFI specification 2.10, chapter 5. Read strictly, because clouds boot little that is
 * invalid.
 */
import { SECTOR } from "../facts/units";
import { type Disk } from "./disk";
import { describeForeign, isProtective, knownFormat } from "./foreign";
import { address, BrokenCopy, ENTRY_SIZE, type Header, parseHeader, readEntries } from "./gpt-header";
import { readGuid } from "./guid";
import { DiskProblem } from "./problem";

export interface Partition {
  /** Index in the table from 1, as in Linux. */
  number: number;
  /** Bytes from the start of the disk. */
  start: number;
  /** Bytes. */
  length: number;
  /** Lower case. */
  typeGuid: string;
  /** Lower case. */
  guid: string;
  name: string;
}

export interface PartitionTable {
  type: "gpt";
  diskGuid: string;
  partitions: Partition[];
}

const UNUSED = "00000000-0000-0000-0000-000000000000";
const AGAIN = "Make the partition table again";

/**
 * Reads the table and its copy at the end of the disk, and compares them.
 *
 * @throws {DiskProblem} no table; truncated disk; a broken header or entries, and of which copy; partitions that
 *   overlap or exceed the disk
 */
export async function readPartitionTable(disk: Disk): Promise<PartitionTable> {
  const refuse = (what: string, cure: string) => new DiskProblem(disk.name, what, cure);
  const repair = `Build the disk again, or repair it: gdisk ${disk.name}, commands v, r and w`;
  const sectors = disk.size / SECTOR;

  const mbr = await disk.bytes(0, SECTOR);
  // A fixed VHD is a whole disk plus a footer: repairing the table would overwrite the footer and leave an invalid
  // file.
  const behind = knownFormat(await disk.bytes(disk.size - SECTOR, SECTOR));
  if (behind) throw refuse(behind.what, behind.cure);
  const primary = await readCopy(disk, "primary", 1, repair);
  if (!primary) {
    const { what, cure } = describeForeign(mbr);
    throw refuse(what, cure.charAt(0).toUpperCase() + cure.slice(1));
  }
  const { header } = primary;
  if (header.other >= sectors) {
    throw refuse(
      `the disk is cut off: its partition table needs ${(header.other + 1) * SECTOR} bytes, and the file has ${disk.size}`,
      "Copy or build the disk again",
    );
  }
  if (!isProtective(mbr)) throw refuse("the protective MBR before the GPT is missing", repair);
  const backup = await readCopy(disk, "backup", header.other, repair);
  if (!backup)
    throw refuse(`the backup GPT header is missing: there is none in sector ${header.other}`, repair);
  if (header.diskGuid !== backup.header.diskGuid || header.entriesCrc !== backup.header.entriesCrc) {
    throw refuse("the GPT and its backup at the end of the disk say different things", repair);
  }
  if (header.other !== sectors - 1) {
    throw refuse(
      `the backup GPT is in sector ${header.other}, and the disk ends with sector ${sectors - 1}`,
      `Move it to the end: sgdisk --move-second-header ${disk.name}`,
    );
  }
  const partitions = primary.entries.flatMap((entry, place) => partitionOf(entry, place + 1));
  const misplaced = findMisplaced(partitions, header, sectors);
  if (misplaced) throw refuse(misplaced, AGAIN);
  return { type: "gpt", diskGuid: header.diskGuid, partitions };
}

async function readCopy(
  disk: Disk,
  copy: "primary" | "backup",
  at: number,
  cure: string,
): Promise<{ header: Header; entries: Buffer[] } | undefined> {
  try {
    const header = parseHeader(await disk.bytes(at * SECTOR, SECTOR), at);
    return header && { header, entries: await readEntries(disk, header) };
  } catch (error) {
    if (error instanceof BrokenCopy) {
      throw new DiskProblem(disk.name, `the ${copy} GPT ${error.message}`, cure, { cause: error });
    }
    throw error;
  }
}

function partitionOf(entry: Buffer, number: number): Partition[] {
  const typeGuid = readGuid(entry, 0);
  if (typeGuid === UNUSED) return [];
  const first = address(entry, 32);
  const last = address(entry, 40);
  return [
    {
      number,
      start: first * SECTOR,
      length: (last - first + 1) * SECTOR,
      typeGuid,
      guid: readGuid(entry, 16),
      name: entry.toString("utf16le", 56, ENTRY_SIZE).split("\0")[0] ?? "",
    },
  ];
}

function findMisplaced(
  partitions: readonly Partition[],
  { firstUsable, lastUsable }: Header,
  sectors: number,
): string | undefined {
  const [from, to] = [firstUsable * SECTOR, Math.min(lastUsable + 1, sectors) * SECTOR];
  const inOrder = [...partitions].sort((a, b) => a.start - b.start);
  for (const [index, { number, start, length }] of inOrder.entries()) {
    if (length <= 0 || start < from || start + length > to) {
      return `partition ${number} covers bytes ${start} to ${start + length}, and the table allows ${from} to ${to}`;
    }
    const before = inOrder[index - 1];
    if (before && before.start + before.length > start) {
      return `partitions ${before.number} and ${number} overlap`;
    }
  }
  return undefined;
}
