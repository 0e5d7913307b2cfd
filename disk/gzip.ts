import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { KIB, MIB } from "../facts/units";

interface GzipOptions {
  /** Threads. Default: one per core. The output does not depend on it. */
  threads?: number;
}

/**
 * Bytes per chunk. Each ends on a byte boundary, which costs 5 bytes; smaller ones distribute better over threads.
 */
const CHUNK = MIB;
/** Deflate's window. */
const DICTIONARY = 32 * KIB;
/** Deflate, no name, no time stamp, unknown system: RFC 1952. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * Compresses on all cores into one gzip member, like pigz: chunks are deflated independently, each with the preceding
 * 32 KiB as its dictionary, and joined at byte boundaries. Deterministic: neither the input's chunking nor the
 * machine matters. Memory: a few chunks for each thread.
 */
export async function* gzip(
  source: AsyncIterable<Buffer>,
  options: GzipOptions = {},
): AsyncGenerator<Buffer> {
  const { threads = os.availableParallelism() } = options;
  const pool = Array.from({ length: threads }, () => new Deflater());
  const running: Promise<Buffer>[] = [];
  let crc = 0;
  let length = 0;
  let turn = 0;
  try {
    yield HEADER;
    let dictionary: Buffer = Buffer.alloc(0);
    for await (const { chunk, last } of chunksOf(source)) {
      crc = crc32(chunk, crc);
      length += chunk.length;
      const before = dictionary;
      dictionary = Buffer.from(chunk.subarray(-DICTIONARY));
      const deflater = pool[turn++ % threads] as Deflater;
      const deflating = deflater.deflate(chunk, before, last);
      // Errors are thrown at the await; until then they must not count as unhandled.
      deflating.catch(() => {});
      running.push(deflating);
      // One chunk is queued for each thread, so that none is idle while the oldest is awaited.
      if (running.length > 2 * threads) yield (await running.shift()) as Buffer;
    }
    for (const deflating of running) yield await deflating;
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc, 0);
    trailer.writeUInt32LE(length % 2 ** 32, 4);
    yield trailer;
  } finally {
    await Promise.all(pool.map((deflater) => deflater.stop()));
  }
}

/** The same bytes in chunks of {@link CHUNK}; the last one may be shorter, and is empty for an empty source. */
async function* chunksOf(source: AsyncIterable<Buffer>): AsyncGenerator<{ chunk: Buffer; last: boolean }> {
  let chunk = Buffer.allocUnsafeSlow(CHUNK);
  let filled = 0;
  for await (const piece of source) {
    for (let at = 0; at < piece.length;) {
      if (filled === CHUNK) {
        yield { chunk, last: false };
        chunk = Buffer.allocUnsafeSlow(CHUNK);
        filled = 0;
      }
      const copied = piece.copy(chunk, filled, at);
      filled += copied;
      at += copied;
    }
  }
  yield { chunk: chunk.subarray(0, filled), last: true };
}

interface Waiting {
  resolve: (deflated: Buffer) => void;
  reject: (error: Error) => void;
}

/** One thread; chunks are processed in order. */
class Deflater {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  constructor() {
    this.worker = new Worker(path.join(__dirname, "gzip-worker.js"), { execArgv: [] });
    this.worker.on("message", (deflated: Uint8Array) =>
      this.waiting.shift()?.resolve(Buffer.from(deflated.buffer, deflated.byteOffset, deflated.byteLength)),
    );
    this.worker.on("error", (error: Error) => {
      this.failure = error;
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  /** The chunk's memory is transferred. */
  deflate(chunk: Buffer, dictionary: Buffer, last: boolean): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.waiting.push({ resolve, reject });
      this.worker.postMessage({ chunk, dictionary, last }, [chunk.buffer as ArrayBuffer]);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
