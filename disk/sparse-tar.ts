/**
 * A disk as the one member of an old-GNU sparse tar archive, which is what Compute Engine takes: "The compressed file
 * must be a .tar.gz file that uses gzip compression and the --format=oldgnu option", "the disk image filename must be
 * disk.raw" (https://cloud.google.com/compute/docs/import/import-existing-image, 2026-11).
 *
 *     header, type S, 4 sparse entries | extension sectors, 21 entries each | data of the entries | zeros
 *
 * Format: GNU tar manual, "Basic Tar Format", struct oldgnu_header.
 */
import { BLOCK_SIZE, SECTOR } from "../facts/units";
import { countBlocks } from "./block-map";
import { type Disk } from "./disk";
import type { Range } from "./holes";
import { readWindow, WINDOW } from "./window";

interface SparseTarOptions {
  /** Bytes of the disk in the archive; a hole pads a smaller raw disk. Default: the raw disk's size. */
  size?: number;
  /**
   * Blocks of 512 KiB with data, from the disk's block map: the archive is then the same whatever holes the file has.
   * Default: the blocks that are not holes.
   */
  dataBlocks?: Iterable<number>;
}

const MEMBER = "disk.raw";
/** tar writes multiples of this record size. */
const RECORD = 20 * SECTOR;
const ENTRIES_IN_HEADER = 4;
const ENTRIES_IN_EXTENSION = 21;
const ENTRY = 24;

/**
 * The archive in pieces of at most 4 MiB. Holes are not read. Deterministic.
 *
 * @throws {DiskProblem} when the file shrinks meanwhile
 */
export async function* sparseTar(disk: Disk, options: SparseTarOptions = {}): AsyncGenerator<Buffer> {
  const { size = disk.size } = options;
  const segments = segmentsOf(disk, options);
  const header = sparseHeader(segments, size);
  yield header;
  let written = header.length;
  for (const { start, end } of segments) {
    for (let at = start; at < end; at += WINDOW) {
      const length = Math.min(WINDOW, end - at);
      const piece = Buffer.allocUnsafeSlow(length);
      const ranges = [...disk.dataRanges(at, at + length)];
      await readWindow(disk, { start: at, length, ranges }, piece);
      written += length;
      yield piece;
    }
  }
  // Two zero sectors end an archive, then zeros up to a whole record.
  yield Buffer.alloc(2 * SECTOR + ((RECORD - ((written + 2 * SECTOR) % RECORD)) % RECORD));
}

/** Disk ranges in the archive: whole blocks, so that small holes do not make a long map. */
function segmentsOf(disk: Disk, { dataBlocks }: SparseTarOptions): Range[] {
  const blocks = dataBlocks ? [...dataBlocks].sort((a, b) => a - b) : allocatedBlocks(disk);
  const segments: Range[] = [];
  for (const index of blocks) {
    const start = index * BLOCK_SIZE;
    const end = Math.min(disk.size, start + BLOCK_SIZE);
    const last = segments.at(-1);
    if (last?.end === start) last.end = end;
    else segments.push({ start, end });
  }
  return segments;
}

/** Blocks that are not wholly holes: known without reading, and a superset of the block map's. */
export function* allocatedBlocks(disk: Disk): Generator<number> {
  let next = 0;
  for (const { start, end } of disk.dataRanges()) {
    next = Math.max(next, Math.floor(start / BLOCK_SIZE));
    for (; next < countBlocks(end); next++) yield next;
  }
}

/** Header and extension sectors. */
export function sparseHeader(segments: readonly Range[], size: number): Buffer {
  const stored = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  // A zero-length entry at the end gives the size of a file that ends with a hole.
  const entries = [...segments, { start: size, end: size }];
  const header = Buffer.alloc(SECTOR);
  header.write(MEMBER, 0, "latin1");
  writeNumber(header, 100, 8, 0o644);
  writeNumber(header, 108, 8, 0);
  writeNumber(header, 116, 8, 0);
  writeNumber(header, 124, 12, stored);
  writeNumber(header, 136, 12, 0);
  header.write("S", 156, "latin1");
  header.write("ustar  \0", 257, "latin1");
  writeEntries(header, 386, entries.slice(0, ENTRIES_IN_HEADER));
  header[482] = entries.length > ENTRIES_IN_HEADER ? 1 : 0;
  writeNumber(header, 483, 12, size);
  writeChecksum(header);

  const sectors = [header];
  for (let at = ENTRIES_IN_HEADER; at < entries.length; at += ENTRIES_IN_EXTENSION) {
    const extension = Buffer.alloc(SECTOR);
    writeEntries(extension, 0, entries.slice(at, at + ENTRIES_IN_EXTENSION));
    extension[504] = at + ENTRIES_IN_EXTENSION < entries.length ? 1 : 0;
    sectors.push(extension);
  }
  return Buffer.concat(sectors);
}

function writeEntries(sector: Buffer, at: number, entries: readonly Range[]): void {
  entries.forEach(({ start, end }, index) => {
    writeNumber(sector, at + index * ENTRY, 12, start);
    writeNumber(sector, at + index * ENTRY + 12, 12, end - start);
  });
}

/** Octal digits and a NUL; larger numbers, above 8 GiB in 12 bytes, in base 256 with the first bit set. */
function writeNumber(sector: Buffer, at: number, length: number, value: number): void {
  const octal = value.toString(8).padStart(length - 1, "0");
  if (octal.length < length) {
    sector.write(octal, at, "latin1");
    return;
  }
  sector.writeBigUInt64BE(BigInt(value), at + length - 8);
  sector[at] = 0x80;
}

/** The sum of all bytes, with the checksum field counted as spaces: six digits, NUL, space. */
function writeChecksum(header: Buffer): void {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}
