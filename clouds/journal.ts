/**
 * Blocks of an unfinished upload that have arrived, recorded immediately, in the user's cache folder.
 *
 * AWS lists the blocks of completed snapshots only, and a killed process saves no state: without this file everything
 * would be sent again. It is never needed for correctness (a block may be sent twice), so nothing here throws and
 * nothing is synced; a torn last record is dropped.
 *
 * File: the line {@link HEADER}, then for each block u32be index and 32 bytes SHA-256.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { dropOld } from "./cache";

const HEADER = "imprimatur upload journal v1\n";
const RECORD = 36;
/** Index of the record that marks completion, with the checksum over all blocks. No snapshot has that many blocks. */
const SEAL = 0xffffffff;
/** AWS deletes an unfinished snapshot after at most three days; its journal is useless soon after. */
const KEEP_DAYS = 30;

export class Journal {
  private readonly digests = new Map<number, Buffer>();
  private file: number | undefined;

  private constructor(private readonly path: string) {}

  /** @param key unique name of the upload, so that a later one of the same name does not match */
  static open(folder: string, key: string): Journal {
    const journal = new Journal(join(folder, key.replace(/[^\w.-]/g, "_")));
    try {
      mkdirSync(folder, { recursive: true });
      dropOld(folder, KEEP_DAYS);
      journal.load();
    } catch {
      journal.file = undefined;
    }
    return journal;
  }

  /** True when exactly these bytes have arrived as block `index`. */
  has(index: number, digest: Buffer): boolean {
    return this.digests.get(index)?.equals(digest) ?? false;
  }

  knows(index: number): boolean {
    return this.digests.has(index);
  }

  add(index: number, digest: Buffer): void {
    this.digests.set(index, digest);
    if (this.file === undefined) return;
    const record = Buffer.allocUnsafe(RECORD);
    record.writeUInt32BE(index, 0);
    digest.copy(record, 4);
    try {
      // After a partial record the following ones would be misaligned.
      if (writeSync(this.file, record) < RECORD) this.close();
    } catch {
      this.close();
    }
  }

  /** All blocks have arrived, and the cloud was told to complete the snapshot. */
  seal(checksum: Buffer): void {
    this.add(SEAL, checksum);
  }

  get sealed(): boolean {
    return this.digests.has(SEAL);
  }

  close(): void {
    try {
      if (this.file !== undefined) closeSync(this.file);
    } catch {
      // Lost, which is harmless.
    }
    this.file = undefined;
  }

  /** The upload is finished or abandoned. */
  remove(): void {
    this.close();
    this.digests.clear();
    rmSync(this.path, { force: true });
  }

  private load(): void {
    this.file = openSync(this.path, "a+", 0o600);
    const bytes = readFileSync(this.path);
    const whole = bytes.subarray(0, HEADER.length).toString("latin1") === HEADER;
    const records = whole ? Math.floor((bytes.length - HEADER.length) / RECORD) : 0;
    for (let i = 0; i < records; i++) {
      const at = HEADER.length + i * RECORD;
      this.digests.set(bytes.readUInt32BE(at), Buffer.from(bytes.subarray(at + 4, at + RECORD)));
    }
    ftruncateSync(this.file, whole ? HEADER.length + records * RECORD : 0);
    if (!whole) writeSync(this.file, HEADER);
  }
}
