/**
 * A run of bytes of a disk that are all zero, or a run that holds data. Lists of extents are in order, without gaps, and
 * neighbours differ in `zero`.
 */
import { KIB } from "../facts/units";

export interface Extent {
  /** Bytes from the start of the disk. */
  start: number;
  /** Bytes. */
  length: number;
  zero: boolean;
}

/**
 * Granularity of extents: a page, and the block of nearly every file system. Finer would make many small extents,
 * coarser would send zeros.
 */
export const GRANULE = 4096;

const ZEROS = Buffer.alloc(64 * KIB);

/** True if `buffer[from, to)` is all zero. memcmp against zeros: 40 GB/s, versus 1 GB/s for a loop in JavaScript. */
export function isZero(buffer: Buffer, from = 0, to = buffer.length): boolean {
  for (let at = from; at < to; at += ZEROS.length) {
    const end = Math.min(to, at + ZEROS.length);
    if (ZEROS.compare(buffer, at, end, 0, end - at) !== 0) return false;
  }
  return true;
}

/** The extents of `buffer[from, to)`, in steps of {@link GRANULE}; `start` is the disk offset of `from`. */
export function* extentsOf(buffer: Buffer, from: number, to: number, start: number): Generator<Extent> {
  let open: Extent | undefined;
  for (let at = from; at < to; at += GRANULE) {
    const length = Math.min(GRANULE, to - at);
    const zero = isZero(buffer, at, at + length);
    if (open?.zero === zero) open.length += length;
    else {
      if (open) yield open;
      open = { start: start + at - from, length, zero };
    }
  }
  if (open) yield open;
}
