import { randomUUID } from "node:crypto";
import path from "node:path";
import { Readable } from "node:stream";
import { BLOCK_SIZE } from "../../facts/units";
import { BlockMaps } from "../store/block-map";
import { blockName, BlockStore } from "../store/blocks";
import type { DiskSink } from "./compute/archive";

/** Reference of an image to its disk. */
export interface DiskReference {
  /** Block map of its data. */
  readonly map: string;
  readonly size: number;
}

/** The content of all images: blocks by their digests, holes as holes. */
export class Disks {
  private readonly store: BlockStore;
  private readonly maps: BlockMaps;

  constructor(directory: string) {
    this.store = new BlockStore(path.join(directory, "blocks"), BLOCK_SIZE);
    this.maps = new BlockMaps(path.join(directory, "disks"), this.store);
  }

  /** Restores the references in the state, and removes leftovers of a kill. */
  restore(held: Iterable<DiskReference>): void {
    for (const { map } of held) this.maps.hold(map);
    this.maps.sweep();
  }

  /** A new disk, filled by `fill`, which returns its size; removed completely on failure. */
  async write(fill: (sink: DiskSink) => Promise<number>): Promise<DiskReference> {
    const map = randomUUID();
    this.maps.hold(map);
    try {
      const collector = new BlockCollector((index, block) =>
        this.maps.write(map, index, blockName(block), block),
      );
      const size = await fill(collector);
      collector.flush();
      this.maps.seal(map);
      return { map, size };
    } catch (error) {
      this.maps.drop(map);
      throw error;
    }
  }

  /** Adds an image with the same content. */
  share(disk: DiskReference): DiskReference {
    this.maps.hold(disk.map);
    return disk;
  }

  drop(disk: DiskReference): void {
    this.maps.drop(disk.map);
  }

  /** Bytes of data, without holes. */
  dataBytes(disk: DiskReference): number {
    return this.maps.get(disk.map).blocks.size * BLOCK_SIZE;
  }

  /** Index and SHA-256 of each non-zero block, in order. */
  blockDigests(disk: DiskReference): { blockSize: number; blocks: [number, string][] } {
    const blocks = [...this.maps.get(disk.map).blocks].sort(([a], [b]) => a - b);
    return { blockSize: BLOCK_SIZE, blocks };
  }

  /** The bytes from `start` to before `end`. */
  read(disk: DiskReference, start: number, end: number): Readable {
    return Readable.from(this.pieces(disk, start, end), { objectMode: false, highWaterMark: 2 * BLOCK_SIZE });
  }

  /** Flips one bit of the disk, like a failing storage. */
  async corrupt(disk: DiskReference): Promise<void> {
    const [index, name] = [...this.maps.get(disk.map).blocks][0] ?? [0, undefined];
    const block = name === undefined ? Buffer.alloc(BLOCK_SIZE) : Buffer.from(await this.store.get(name));
    block[0] = (block[0] ?? 0) ^ 1;
    this.maps.write(disk.map, index, blockName(block), block);
    this.maps.seal(disk.map);
  }

  close(): void {
    this.maps.close();
  }

  private async *pieces(disk: DiskReference, start: number, end: number): AsyncGenerator<Buffer> {
    const { blocks } = this.maps.get(disk.map);
    const zeros = Buffer.alloc(BLOCK_SIZE);
    for (let at = start; at < end;) {
      const index = Math.floor(at / BLOCK_SIZE);
      const name = blocks.get(index);
      const block = name === undefined ? zeros : await this.store.get(name);
      const until = Math.min(end, (index + 1) * BLOCK_SIZE);
      yield block.subarray(at - index * BLOCK_SIZE, until - index * BLOCK_SIZE);
      at = until;
    }
  }
}

/** Assembles whole blocks from runs of bytes in ascending order; zero blocks stay holes. */
class BlockCollector implements DiskSink {
  private readonly block = Buffer.alloc(BLOCK_SIZE);
  private readonly zeros = Buffer.alloc(BLOCK_SIZE);
  private index = -1;

  constructor(private readonly keep: (index: number, block: Buffer) => void) {}

  write(offset: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const index = Math.floor(at / BLOCK_SIZE);
      if (index !== this.index) this.flush(index);
      done += bytes.copy(this.block, at - index * BLOCK_SIZE, done);
    }
  }

  flush(next = -1): void {
    if (this.index >= 0 && !this.block.equals(this.zeros)) this.keep(this.index, this.block);
    this.block.fill(0);
    this.index = next;
  }
}
