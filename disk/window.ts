import { MIB } from "../facts/units";
import type { Disk } from "./disk";
import type { Range } from "./holes";

/**
 * Bytes per read. Large enough for a network file system or a spinning disk to stream, small enough for a few buffers
 * in memory; a multiple of the 512 KiB block.
 */
export const WINDOW = 4 * MIB;

/** An aligned part of the disk with possible data, at most {@link WINDOW} long. */
export interface Window {
  start: number;
  /** {@link WINDOW}, or less at the end of the disk. */
  length: number;
  /** Ranges of possible data, in bytes from the start of the disk. The rest is zeros. */
  ranges: Range[];
}

/**
 * The windows of the disk with possible data, in order; the others are holes.
 *
 *     ranges       ----====---------------===========-----
 *     windows      |       |       |       |       |
 *     yielded       [--==--]               [=====..] …
 */
export function* windowsOf(disk: Disk, from = 0, to = disk.size): Generator<Window> {
  let open: Window | undefined;
  for (const range of disk.dataRanges(from, to)) {
    for (let at = range.start; at < range.end;) {
      const start = at - (at % WINDOW);
      const end = Math.min(range.end, start + WINDOW);
      if (open?.start !== start) {
        if (open) yield open;
        open = { start, length: Math.min(WINDOW, disk.size - start), ranges: [] };
      }
      open.ranges.push({ start: at, end });
      at = end;
    }
  }
  if (open) yield open;
}

/** Reads a window into `target`, holes as zeros without reading them. */
export async function readWindow(
  disk: Disk,
  { start, length, ranges }: Window,
  target: Buffer,
): Promise<void> {
  let filled = 0;
  for (const range of ranges) {
    const [from, to] = [range.start - start, range.end - start];
    target.fill(0, filled, from);
    await disk.read(range.start, target.subarray(from, to));
    filled = to;
  }
  target.fill(0, filled, length);
}
