import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** Bytes at an offset of a file. */
export interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

const STEP = 65_536;

/** The parts of a disk that are not zero. */
export function dataOf(bytes: Buffer): Patch[] {
  const zeros = Buffer.alloc(STEP);
  const found: Patch[] = [];
  for (let at = 0; at < bytes.length; at += STEP) {
    const piece = bytes.subarray(at, at + STEP);
    if (!piece.equals(zeros.subarray(0, piece.length))) found.push({ at, bytes: piece });
  }
  return found;
}

/** Sets the file's size and writes these bytes into it; a part beyond its former end reads as zeros. */
export function writePatches(file: string, size: number, patches: readonly Patch[], flags = "r+"): void {
  const opened = openSync(file, flags);
  try {
    ftruncateSync(opened, size);
    for (const { at, bytes } of patches)
      if (at < size) writeSync(opened, bytes, 0, Math.min(bytes.length, size - at), at);
  } finally {
    closeSync(opened);
  }
}
