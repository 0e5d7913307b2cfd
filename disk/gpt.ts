/**
 * GUID partition tables: UEFI specification 2.10, chapter 5. Read strictly, because clouds boot little that is
 * invalid.
 */
import { SECTOR } from "../facts/units";
import { type Disk } from "./disk";
import { isProtective } from "./mbr-sector";
import { address, BrokenCopy, ENTRY_SIZE, type Header, parseHeader, readEntries } from "./gpt-header";
import { readGuid } from "./guid";
import { DiskProblem } from "./problem";
import { nameInShell } from "../facts/shell";

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

export interface GptTable {
  type: "gpt";
  diskGuid: string;
  partitions: Partition[];
}

const UNUSED = "00000000-0000-0000-0000-000000000000";
const AGAIN = "Make the partition table again";

/**
 * Reads the table and its copy at the end of the disk, and compares them. `undefined`: there is neither.
 *
 * @throws {DiskProblem} truncated disk; a broken header or entries, and of which copy; partitions that overlap or exceed
 *   the disk
 */
export async function readGpt(disk: Disk): Promise<GptTable | undefined> {
  const refuse = (what: string, cure: string) => new DiskProblem(disk.name, what, cure);
  const sectors = disk.size / SECTOR;
  const [primary, behind] = [await readCopy(disk, "primary", 1), await readCopy(disk, "backup", sectors - 1)];
  const repair =
    primary.table || behind.table
      ? `Build the disk again, or write the table from the copy that is sound: ${moveBackup(disk)}`
      : `Build the disk again, or repair it: gdisk ${nameInShell(disk.name)}, commands v, r and w`;
  if (!primary.table) {
    if (primary.broken !== undefined) throw refuse(primary.broken, repair);
    if (!behind.table) return undefined;
    throw refuse("the primary GPT is missing: only its backup at the end of the disk is there", repair);
  }
  const { header, entries } = primary.table;
  if (header.other >= sectors) {
    throw refuse(
      `the disk is cut off: its partition table needs ${(header.other + 1) * SECTOR} bytes, and the file has ${disk.size}`,
      "Copy or build the disk again",
    );
  }
  if (!isProtective(await disk.bytes(0, SECTOR)))
    throw refuse("the protective MBR before the GPT is missing", `Write it again: ${moveBackup(disk)}`);
  const backup = header.other === sectors - 1 ? behind : await readCopy(disk, "backup", header.other);
  if (backup.broken !== undefined) throw refuse(backup.broken, repair);
  if (!backup.table)
    throw refuse(`the backup GPT header is missing: there is none in sector ${header.other}`, repair);
  if (
    header.diskGuid !== backup.table.header.diskGuid ||
    header.entriesCrc !== backup.table.header.entriesCrc
  ) {
    throw refuse(
      "the GPT and its backup at the end of the disk say different things",
      `Build the disk again, or choose one of them: gdisk ${nameInShell(disk.name)}, commands r, then c or d, and w`,
    );
  }
  if (header.other !== sectors - 1) {
    throw refuse(
      `the backup GPT is in sector ${header.other}, and the disk ends with sector ${sectors - 1}`,
      `Move it to the end: ${moveBackup(disk)}`,
    );
  }
  const partitions = entries.flatMap((entry, place) => partitionOf(entry, place + 1));
  const misplaced = findMisplaced(partitions, header, sectors);
  if (misplaced) throw refuse(misplaced, AGAIN);
  return { type: "gpt", diskGuid: header.diskGuid, partitions };
}

/** sgdisk 1.0.9 writes both copies, and the protective MBR, from whichever is sound (tried 2026-11). */
function moveBackup(disk: Disk): string {
  return `sgdisk --move-second-header ${nameInShell(disk.name)}`;
}

/** A copy of the table, or why it is not one; neither: there is none. */
interface Copy {
  table?: { header: Header; entries: Buffer[] };
  broken?: string;
}

async function readCopy(disk: Disk, copy: "primary" | "backup", at: number): Promise<Copy> {
  try {
    const header = parseHeader(await disk.bytes(at * SECTOR, SECTOR), at);
    return header ? { table: { header, entries: await readEntries(disk, header) } } : {};
  } catch (error) {
    if (error instanceof BrokenCopy) return { broken: `the ${copy} GPT ${error.message}` };
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
