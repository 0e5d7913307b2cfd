import fs from "node:fs";
import path from "node:path";
import type { BlockStore } from "./blocks";

/** u32be index + 32 bytes of SHA-256. */
const RECORD = 36;

/** Which block lies where in one disk: index → block name. What is not in it is a hole. */
export interface BlockMap {
  readonly id: string;
  readonly blocks: ReadonlyMap<number, string>;
  /** When a block was last written, milliseconds since 1970. */
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
 * The block maps of one cloud, one append-only file each, so that a block that was acknowledged is still there after a
 * kill. A copy of a disk holds the same map: it costs nothing. A map goes, with its blocks, with its last holder.
 */
export class BlockMaps {
  private readonly maps = new Map<string, OpenMap>();

  constructor(
    private readonly directory: string,
    private readonly store: BlockStore,
  ) {
    fs.mkdirSync(directory, { recursive: true });
  }

  /** Another holder of the map; the first one reads or makes it. */
  hold(id: string): BlockMap {
    let map = this.maps.get(id);
    if (!map) this.maps.set(id, (map = this.read(id)));
    map.holders += 1;
    return map;
  }

  /** The map of that id, which somebody must hold. */
  get(id: string): BlockMap {
    return this.held(id);
  }

  /** Puts a block, whose name is the SHA-256 of its data, at an index; what was there before is let go. */
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

  /** Fills the gaps of a map with what another one has there. */
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

  /** No more blocks will be written; gives the file handle back. */
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

  /** Removes the files of maps that nobody holds: to be called once all holders have held theirs at start. */
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
