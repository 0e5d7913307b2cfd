import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** SHA-256 of a buffer, hex: the name of a block. */
export function blockName(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/**
 * Blocks of bytes on disk, deduplicated: each in a file named by its SHA-256. Users of a block hold a reference; the
 * file is deleted with the last one. Blocks of zeros of the given size are never written.
 *
 * References are not on disk: their owners (block maps) acquire them again at start, then `sweep` removes leftovers
 * of a kill.
 */
export class BlockStore {
  private readonly references = new Map<string, number>();
  private readonly zeros: Buffer;
  private readonly zeroName: string;
  private readonly folders = new Set<string>();
  private serial = 0;

  constructor(
    private readonly directory: string,
    readonly blockSize: number,
  ) {
    this.zeros = Buffer.alloc(blockSize);
    this.zeroName = blockName(this.zeros);
    fs.mkdirSync(directory, { recursive: true });
    for (const entry of fs.readdirSync(directory)) this.folders.add(entry);
  }

  /** True if the block is all zero and takes no space. */
  isZero(name: string): boolean {
    return name === this.zeroName;
  }

  /**
   * Stores a block and adds a reference to it. Deliberately synchronous: a write into the page cache takes a fraction
   * of four trips through the thread pool, and the block is on disk before it is acknowledged.
   */
  put(name: string, data: Uint8Array): void {
    const held = this.references.get(name) ?? 0;
    if (held === 0 && !this.isZero(name)) {
      const temporary = path.join(this.directory, `incoming-${process.pid}-${this.serial++}`);
      fs.writeFileSync(temporary, data);
      const folder = name.slice(0, 2);
      if (!this.folders.has(folder)) {
        fs.mkdirSync(path.join(this.directory, folder), { recursive: true });
        this.folders.add(folder);
      }
      fs.renameSync(temporary, this.path(name));
    }
    this.references.set(name, held + 1);
  }

  /**
   * The bytes of a block.
   *
   * @throws ENOENT for one without references
   */
  async get(name: string): Promise<Buffer> {
    return this.isZero(name) ? this.zeros : fs.promises.readFile(this.path(name));
  }

  retain(name: string): void {
    this.references.set(name, (this.references.get(name) ?? 0) + 1);
  }

  release(name: string): void {
    const left = (this.references.get(name) ?? 0) - 1;
    if (left > 0) {
      this.references.set(name, left);
      return;
    }
    this.references.delete(name);
    if (!this.isZero(name)) fs.rmSync(this.path(name), { force: true });
  }

  /** Removes the files without references. */
  sweep(): void {
    for (const entry of fs.readdirSync(this.directory, { withFileTypes: true })) {
      const where = path.join(this.directory, entry.name);
      if (!entry.isDirectory()) fs.rmSync(where, { force: true });
      else {
        for (const name of fs.readdirSync(where)) {
          if (!this.references.has(name)) fs.rmSync(path.join(where, name), { force: true });
        }
      }
    }
  }

  private path(name: string): string {
    return path.join(this.directory, name.slice(0, 2), name);
  }
}
