/** Binary form of the two copies of a GUID partition table: UEFI specification 2.10, section 5.3. */
import { crc32 } from "node:zlib";
import { SECTOR } from "../facts/units";
import { type Disk } from "./disk";
import { readGuid } from "./guid";

const SIGNATURE = "EFI PART";
const HEADER_SIZE = 92;
export const ENTRY_SIZE = 128;
/** Every tool writes 128; a header with more than this is garbage with a valid checksum. */
const MOST_ENTRIES = 4096;

/** One of the two headers. Addresses count sectors. */
export interface Header {
  /** Address of the other copy. */
  other: number;
  firstUsable: number;
  lastUsable: number;
  diskGuid: string;
  entriesAt: number;
  entryCount: number;
  entrySize: number;
  entriesCrc: number;
}

/** Reason why a copy is unusable, to follow "the primary GPT header" or "the backup GPT header". */
export class BrokenCopy extends Error {
  override name = "BrokenCopy";
}

/**
 * The header in sector `at`; `undefined`: none.
 *
 * @throws {BrokenCopy}
 */
export function parseHeader(sector: Buffer, at: number): Header | undefined {
  if (sector.length < SECTOR || sector.toString("latin1", 0, SIGNATURE.length) !== SIGNATURE)
    return undefined;
  const size = sector.readUInt32LE(12);
  if (size < HEADER_SIZE || size > SECTOR) {
    throw new BrokenCopy(`header is broken: it says that it has ${size} bytes, and 92 to 512 are possible`);
  }
  const covered = Buffer.from(sector.subarray(0, size));
  covered.writeUInt32LE(0, 16);
  refuseCrc("header is broken", sector.readUInt32LE(16), crc32(covered));
  const said = address(sector, 24);
  if (said !== at) throw new BrokenCopy(`header is in sector ${at} and says that it is in sector ${said}`);
  const header = {
    other: address(sector, 32),
    firstUsable: address(sector, 40),
    lastUsable: address(sector, 48),
    diskGuid: readGuid(sector, 56),
    entriesAt: address(sector, 72),
    entryCount: sector.readUInt32LE(80),
    entrySize: sector.readUInt32LE(84),
    entriesCrc: sector.readUInt32LE(88),
  };
  const { entryCount, entrySize } = header;
  if (
    entrySize < ENTRY_SIZE ||
    entrySize % ENTRY_SIZE !== 0 ||
    entryCount * entrySize > MOST_ENTRIES * ENTRY_SIZE
  ) {
    throw new BrokenCopy(`header is broken: it names ${entryCount} entries of ${entrySize} bytes`);
  }
  return header;
}

/**
 * The entries of a header in order, including unused ones.
 *
 * @throws {BrokenCopy}
 */
export async function readEntries(disk: Disk, header: Header): Promise<Buffer[]> {
  const { entriesAt, entryCount, entrySize, entriesCrc } = header;
  const table = await disk.bytes(entriesAt * SECTOR, entryCount * entrySize);
  refuseCrc("entries are broken", entriesCrc, crc32(table));
  return Array.from({ length: entryCount }, (_, place) =>
    table.subarray(place * entrySize, (place + 1) * entrySize),
  );
}

/** A sector number. Inexact beyond 2^53, which exceeds every disk. */
export function address(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at));
}

function refuseCrc(broken: string, given: number, computed: number): void {
  if (given === computed) return;
  const hex = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;
  throw new BrokenCopy(`${broken}: the CRC32 is written as ${hex(given)} and computes to ${hex(computed)}`);
}
