/** Whether the log of an XFS holds changes: "Journaling Log", and xlog_find_tail of fs/xfs/xfs_log_recover.c, Linux 6.12. */
import { MIB } from "../../facts/units";
import { NotInspectable } from "../tree";
import type { ReadBlocks } from "./blocks";
import type { XfsLayout } from "./layout";

/** Unit of the log, whatever the disk's sectors are. */
const SECTOR = 512;
const HEADER = 0xfeedbabe;
/** Bytes that one header describes; a record of more has several. */
const PER_HEADER = 32_768;
/** Flag of the operation that an unmount writes. */
const UNMOUNT = 0x20;
/** The kernel's largest log: 2 GiB (XFS_MAX_LOG_BYTES). */
const LARGEST = 2048 * MIB;

interface LogRecord {
  /** Its first sector. */
  at: number;
  cycle: number;
  /** Sectors of its headers, and with its data. */
  headers: number;
  sectors: number;
  operations: number;
}

/**
 * True if a machine that mounts the file system would replay nothing: the newest record is that of an unmount.
 *
 * @throws {NotInspectable} for a log elsewhere, or none
 */
export function isLogClean(layout: XfsLayout, blocks: ReadBlocks): boolean {
  const { log, blockSize } = layout;
  if (log.block === 0) throw new NotInspectable("its log is on another disk");
  if (log.blocks * blockSize > LARGEST) throw new NotInspectable("its log is too large");
  const sectors = (log.blocks * blockSize) / SECTOR;
  const cycles = new Uint32Array(sectors);
  let newest: LogRecord | undefined;
  const step = Math.max(1, MIB / blockSize);
  for (let block = 0; block < log.blocks; block += step) {
    const piece = blocks(log.block + block, Math.min(step, log.blocks - block));
    for (let at = 0; at < piece.length; at += SECTOR) {
      const sector = (block * blockSize + at) / SECTOR;
      const record = recordIn(piece.subarray(at, at + SECTOR), sector);
      cycles[sector] = record?.cycle ?? piece.readUInt32BE(at);
      if (record && (!newest || record.cycle >= newest.cycle)) newest = record;
    }
  }
  if (!newest) {
    // A log of zeros was never written.
    if (cycles.every((cycle) => cycle === 0)) return true;
    throw new NotInspectable("its log cannot be read: it has no record");
  }
  // A clean log falls by one where its last record ends, and nowhere else: xlog_find_head finds one place of several. What of
  // a record is at the log's begin has the next cycle (xlog_split_iclog).
  const end = newest.at + newest.sectors;
  const [head, cycle] = end > sectors ? [end - sectors, newest.cycle + 1] : [end, newest.cycle];
  if (cycles.some((each, at) => each !== (at < head ? cycle : cycle - 1))) return false;
  const sector = (newest.at + newest.headers) % sectors;
  const inBlock = (sector * SECTOR) % blockSize;
  const operation = blocks(log.block + Math.floor((sector * SECTOR) / blockSize), 1).subarray(inBlock);
  return newest.operations === 1 && (operation.readUInt8(9) & UNMOUNT) !== 0;
}

/** Every other sector begins with its cycle, which the record's header has the original of. */
function recordIn(sector: Buffer, at: number): LogRecord | undefined {
  if (sector.readUInt32BE(0) !== HEADER) return undefined;
  const size = (sector.readUInt32BE(8) & 2) !== 0 ? sector.readUInt32BE(320) : PER_HEADER;
  const headers = Math.max(1, Math.ceil(size / PER_HEADER));
  return {
    ...{ at, headers, cycle: sector.readUInt32BE(4), operations: sector.readUInt32BE(40) },
    sectors: headers + Math.ceil(sector.readUInt32BE(12) / SECTOR),
  };
}
