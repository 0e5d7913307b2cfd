import fs from "node:fs";
import path from "node:path";
import type { BlockStore } from "./blocks";

/** u32be index + 32 bytes of SHA-256. */
const RECORD = 36;

/** Block names of one disk by index. Missing indices are holes. */
export interface BlockMap {
  readonly id: string;
  readonly blocks: ReadonlyMap<number, string>;
  /** Time of the last write, milliseconds since 1970. */
  readonly writtenAt: number;
}

interface OpenMap {
  id: string;
  blocks: Map<number, string>;
  writtenAt: number;
  holders: number;
  descriptor?: number;
}

/**
 * The block maps of one cloud, one append-only file each, so that acknowledged blocks survive a kill. A copy of a
 * disk shares the map at no cost. A map is deleted, with its blocks, when its last holder releases it.
 */
export class BlockMaps {
  private readonly maps = new Map<string, OpenMap>();

  constructor(
    private readonly directory: string,
    private readonly store: BlockStore,
  ) {
    fs.mkdirSync(directory, { recursive: true });
  }

  /** Adds a holder of the map; the first one reads or creates it. */
  hold(id: string): BlockMap {
    let map = this.maps.get(id);
    if (!map) this.maps.set(id, (map = this.read(id)));
    map.holders += 1;
    return map;
  }

  /** The map of that id, which must have a holder. */
  get(id: string): BlockMap {
    return this.held(id);
  }

  /** Writes a block, named by the SHA-256 of its data, at an index; an earlier one there is released. */
  write(id: string, index: number, name: string, data: Uint8Array): void {
    const map = this.held(id);
    this.store.put(name, data);
    const before = map.blocks.get(index);
    map.descriptor ??= fs.openSync(this.path(id), "a", 0o600);
    fs.writeSync(map.descriptor, record(index, name));
    map.blocks.set(index, name);
    map.writtenAt = Date.now();
    if (before !== undefined) this.store.release(before);
  }

  /** Fills the gaps of a map with another one's blocks there. */
  inherit(id: string, from: string): void {
    const map = this.held(id);
    const missing = [...this.held(from).blocks].filter(([index]) => !map.blocks.has(index));
    fs.appendFileSync(this.path(id), Buffer.concat(missing.map(([index, name]) => record(index, name))), {
      mode: 0o600,
    });
    for (const [index, name] of missing) {
      this.store.retain(name);
      map.blocks.set(index, name);
    }
  }

  /** No more blocks will be written; closes the file. */
  seal(id: string): void {
    const map = this.held(id);
    if (map.descriptor !== undefined) fs.closeSync(map.descriptor);
    map.descriptor = undefined;
  }

  drop(id: string): void {
    const map = this.held(id);
    map.holders -= 1;
    if (map.holders > 0) return;
    this.seal(id);
    this.maps.delete(id);
    fs.rmSync(this.path(id), { force: true });
    for (const name of map.blocks.values()) this.store.release(name);
  }

  /** Removes the files of maps without holders: called once all holders are restored at start. */
  sweep(): void {
    for (const id of fs.readdirSync(this.directory)) {
      if (!this.maps.has(id)) fs.rmSync(path.join(this.directory, id), { force: true });
    }
    this.store.sweep();
  }

  close(): void {
    for (const id of this.maps.keys()) this.seal(id);
  }

  private held(id: string): OpenMap {
    const map = this.maps.get(id);
    if (!map) throw new Error(`block map ${id} is not held by anyone`);
    return map;
  }

  private read(id: string): OpenMap {
    const file = this.path(id);
    const blocks = new Map<number, string>();
    let writtenAt = Date.now();
    if (fs.existsSync(file)) {
      writtenAt = fs.statSync(file).mtimeMs;
      const records = fs.readFileSync(file);
      const whole = records.length - (records.length % RECORD);
      if (whole < records.length) fs.truncateSync(file, whole);
      for (let at = 0; at < whole; at += RECORD) {
        blocks.set(records.readUInt32BE(at), records.toString("hex", at + 4, at + RECORD));
      }
      for (const name of blocks.values()) this.store.retain(name);
    }
    return { id, blocks, writtenAt, holders: 0 };
  }

  private path(id: string): string {
    return path.join(this.directory, id);
  }
}

function record(index: number, name: string): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt32BE(index, 0);
  bytes.write(name, 4, "hex");
  return bytes;
}
