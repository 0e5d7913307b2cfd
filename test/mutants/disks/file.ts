import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** Bytes of a file from a place on. */
export interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

const STEP = 65_536;

/** What of a disk is not zero. */
export function dataOf(bytes: Buffer): Patch[] {
  const zeros = Buffer.alloc(STEP);
  const found: Patch[] = [];
  for (let at = 0; at < bytes.length; at += STEP) {
    const piece = bytes.subarray(at, at + STEP);
    if (!piece.equals(zeros.subarray(0, piece.length))) found.push({ at, bytes: piece });
  }
  return found;
}

/** A file of this size with these bytes in it; what lay beyond its end before reads as zeros. */
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
