/**
 * Master boot records, with the logical partitions of an extended one. Firmware of BIOS starts such a disk, and each cloud takes
 * it: AWS for Linux ("Linux boot volumes may be either MBR or GPT", EC2 user guide, volume constraints), Compute Engine ("a
 * partition table: either a master boot record or GUID partition table", image management best practices), Azure as
 * generation 1, which is BIOS (virtual-machines/generation-2); all read 2026-11.
 */
import { SECTOR } from "../facts/units";
import { type Disk } from "./disk";
import { entriesOf, hasBootSignature, type MbrEntry, signatureOf } from "./mbr-sector";
import { DiskProblem } from "./problem";

interface MbrPartition {
  /** As in Linux: 1 to 4, logical ones from 5. */
  number: number;
  /** Bytes from the start of the disk. */
  start: number;
  /** Bytes. */
  length: number;
  /** Two hex digits, lower case: `83` is Linux. */
  typeCode: string;
  /** The one that boot code of the MBR starts. */
  active: boolean;
}

export interface MbrTable {
  type: "mbr";
  /** Eight hex digits, lower case. */
  diskSignature: string;
  partitions: MbrPartition[];
}

/** Partitions that hold a chain of others. */
const EXTENDED = [0x05, 0x0f, 0x85];
/** Linux reads up to 256 partitions of a disk (DISK_MAX_PARTS). */
const MOST_LOGICAL = 252;
const AGAIN = "Make the partition table again";

/** True if the first sector is an MBR with partitions: four entries of which each is active or not. */
export function isMbr(sector: Buffer): boolean {
  const entries = hasBootSignature(sector) ? entriesOf(sector) : [];
  return entries.every(({ status }) => [0, 0x80].includes(status)) && entries.some(({ type }) => type !== 0);
}

/** @throws {DiskProblem} partitions that overlap or exceed the disk; a broken chain of logical ones */
export async function readMbr(disk: Disk): Promise<MbrTable> {
  const sector = await disk.bytes(0, SECTOR);
  const primary = entriesOf(sector).map((entry, place) => ({ entry, number: place + 1 }));
  const used = primary.filter(({ entry }) => entry.type !== 0);
  const extended = used.filter(({ entry }) => EXTENDED.includes(entry.type));
  const logical: MbrPartition[] = [];
  for (const { entry } of extended) logical.push(...(await readLogical(disk, entry, logical.length + 5)));
  const partitions = [
    ...used
      .filter(({ entry }) => !EXTENDED.includes(entry.type))
      .map(({ entry, number }) => partitionOf(entry, number, 0)),
    ...logical,
  ];
  refuseMisplaced(disk, [
    ...partitions,
    // Its length counts: a logical partition is inside of it.
    ...(logical.length === 0 ? extended.map(({ entry, number }) => partitionOf(entry, number, 0)) : []),
  ]);
  return { type: "mbr", diskSignature: signatureOf(sector), partitions };
}

function partitionOf({ status, type, first, count }: MbrEntry, number: number, base: number): MbrPartition {
  return {
    number,
    start: (base + first) * SECTOR,
    length: count * SECTOR,
    typeCode: type.toString(16).padStart(2, "0"),
    active: status === 0x80,
  };
}

/** Each link of the chain names one partition, from its own place, and the next link, from the extended partition's. */
async function readLogical(disk: Disk, { first, count }: MbrEntry, from: number): Promise<MbrPartition[]> {
  const found: MbrPartition[] = [];
  let at: number | undefined = first;
  let links = 0;
  while (at !== undefined) {
    const link = await disk.bytes(at * SECTOR, SECTOR);
    if (!hasBootSignature(link) || links++ > MOST_LOGICAL || at < first || at >= first + count)
      throw new DiskProblem(disk.name, `the chain of logical partitions is broken at sector ${at}`, AGAIN);
    const entries: MbrEntry[] = entriesOf(link)
      .slice(0, 2)
      .filter(({ type }) => type !== 0);
    const own = entries.find(({ type }) => !EXTENDED.includes(type));
    if (own) found.push(partitionOf(own, from + found.length, at));
    const next = entries.find(({ type }) => EXTENDED.includes(type));
    at = next && first + next.first;
  }
  return found;
}

function refuseMisplaced(disk: Disk, partitions: readonly MbrPartition[]): void {
  const refuse = (what: string, cure: string) => new DiskProblem(disk.name, what, cure);
  const inOrder = [...partitions].sort((a, b) => a.start - b.start);
  for (const [index, { number, start, length }] of inOrder.entries()) {
    if (length === 0 || start < SECTOR)
      throw refuse(
        `partition ${number} covers bytes ${start} to ${start + length}, and begins in the first sector or has no length`,
        AGAIN,
      );
    if (start + length > disk.size)
      throw refuse(
        `the disk is cut off: partition ${number} ends at byte ${start + length}, and the file has ${disk.size}`,
        "Copy or build the disk again",
      );
    const before = inOrder[index - 1];
    if (before && before.start + before.length > start)
      throw refuse(`partitions ${before.number} and ${number} overlap`, AGAIN);
  }
}
