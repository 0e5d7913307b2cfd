import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";

/** A run of a test disk, in sectors. `zeros` are written, a `hole` is not. */
export interface Run {
  kind: "data" | "zeros" | "hole";
  sectors: number;
}

/** Runs from one sector to several windows of 4 MiB, so that every kind of boundary is crossed. */
export const runs = fc.array(
  fc.record({
    kind: fc.constantFrom("data" as const, "zeros" as const, "hole" as const),
    sectors: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10_000 })),
  }),
  { minLength: 1, maxLength: 5 },
);

/** A folder that exists as long as the tests of a file. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-disk-"));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a sparse file; its data depends on the offset only. */
export function writeSparse(file: string, list: readonly Run[]): void {
  fs.rmSync(file, { force: true });
  const descriptor = fs.openSync(file, "w");
  let at = 0;
  for (const { kind, sectors } of list) {
    const length = sectors * 512;
    if (kind !== "hole") {
      const bytes = kind === "zeros" ? Buffer.alloc(length) : pattern(at, length);
      fs.writeSync(descriptor, bytes, 0, length, at);
    }
    at += length;
  }
  fs.ftruncateSync(descriptor, at);
  fs.closeSync(descriptor);
}

/** Sparse in its bytes too: one byte in most sectors, none in some granules. */
function pattern(at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let sector = 0; sector < length; sector += 512) {
    bytes[sector + (((at + sector) / 512) % 512)] = (((at + sector) / 512) % 255) + 1;
  }
  return bytes;
}
