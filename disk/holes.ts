/**
 * Ranges of possible data in a sparse file, from the file system: `lseek` with SEEK_DATA and SEEK_HOLE, which Node
 * lacks.
 */

/** Bytes; `end` is exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Linux: lseek(2). macOS: lseek(2), with the numbers swapped. */
const SEEK: Partial<Record<NodeJS.Platform, { data: number; hole: number }>> = {
  linux: { data: 3, hole: 4 },
  darwin: { data: 4, hole: 3 },
};

interface Lseek {
  (descriptor: number, offset: number, whence: number): number;
}

interface Koffi {
  load(library: null): { func(prototype: string): Lseek };
  errno(): number;
  os: { errno: Record<string, number | undefined> };
}

let seeker: { lseek: Lseek; koffi: Koffi } | undefined | null;

/** koffi is native code, prebuilt for common machines; without it everything is read, with the same result. */
function loadSeeker(): { lseek: Lseek; koffi: Koffi } | null {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when a disk is read, and may be missing
    const koffi = require("koffi") as Koffi;
    return { koffi, lseek: koffi.load(null).func("int64_t lseek(int, int64_t, int)") };
  } catch {
    return null;
  }
}

/**
 * The ranges of `[from, to)` that can hold data, in order; the rest are holes and read as zeros. The whole range
 * where the file system or machine has no such call. Moves the descriptor's offset, which positional reads ignore.
 */
export function* dataRanges(descriptor: number, from: number, to: number): Generator<Range> {
  const seek = SEEK[process.platform];
  if (seeker === undefined) seeker = seek ? loadSeeker() : null;
  if (!seeker || !seek) {
    if (from < to) yield { start: from, end: to };
    return;
  }
  const { lseek, koffi } = seeker;
  for (let at = from; at < to;) {
    const start = lseek(descriptor, at, seek.data);
    if (start < 0) {
      // ENXIO: only a hole is left. Anything else (EINVAL on old file systems): not supported.
      if (koffi.errno() !== koffi.os.errno.ENXIO) yield { start: at, end: to };
      return;
    }
    if (start >= to) return;
    const hole = lseek(descriptor, start, seek.hole);
    const end = hole < 0 ? to : Math.min(hole, to);
    yield { start, end };
    at = end;
  }
}
