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

/** Joins neighbours of the same kind, and fills gaps with zero extents. */
export class ExtentJoiner {
  private open: Extent | undefined;
  private end = 0;

  /** Adds the next extent and returns the completed ones. */
  add(next: Extent): Extent[] {
    const done: Extent[] = [];
    if (next.start > this.end) done.push(...this.append(this.end, next.start, true));
    done.push(...this.append(next.start, next.start + next.length, next.zero));
    return done;
  }

  /** Completes the list up to `size`, the end of the disk. */
  finish(size: number): Extent[] {
    const done = this.end < size ? this.append(this.end, size, true) : [];
    if (this.open) done.push(this.open);
    this.open = undefined;
    return done;
  }

  private append(start: number, end: number, zero: boolean): Extent[] {
    this.end = end;
    if (this.open?.zero === zero) {
      this.open.length += end - start;
      return [];
    }
    const done = this.open ? [this.open] : [];
    this.open = { start, length: end - start, zero };
    return done;
  }
}
