/** The block map of a disk as fast as the disk can be read: several threads, each reading and hashing on its own. */
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { BLOCK_SIZE, type BlockMap, type MappedBlock } from "./block-map";
import { Disk } from "./disk";
import { DiskProblem } from "./problem";
import { windowsOf } from "./window";

export interface MapOptions {
  /** Bytes that are mapped. Default: the whole disk. */
  size?: number;
  /** Called as it goes on, with bytes of the disk that are done, more or less in order. */
  onProgress?: (bytes: number) => void;
  /** Aborted: the threads end, and the reason is thrown. */
  signal?: AbortSignal;
}

export interface DiskMap {
  map: BlockMap;
  /** Where after `size` something is not zero: bytes that blocks begin at, in order. */
  beyond: number[];
}

/** More threads than this wait for the disk. */
const MOST_THREADS = 8;

/** What a thread says of a part of the disk; `endedAt`: where the file ended before it should. */
interface Answer {
  start: number;
  end: number;
  blocks?: { start: number; sha256: Uint8Array }[];
  endedAt?: number;
}

/**
 * Holes are not read. Memory: one block for each thread.
 *
 * @throws {DiskProblem} when the file gets shorter meanwhile, or cannot be read
 */
export async function mapDisk(
  disk: Disk,
  { size = disk.size, onProgress, signal }: MapOptions = {},
): Promise<DiskMap> {
  const blocks: MappedBlock[] = [];
  const beyond: number[] = [];
  const take = (answer: Answer) => {
    for (const { start, sha256 } of answer.blocks ?? []) {
      if (start < size) blocks.push({ index: start / BLOCK_SIZE, sha256: Buffer.from(sha256) });
      else beyond.push(start);
    }
    onProgress?.(answer.end);
  };
  const parts = shared(partsOf(disk, size));
  const next = new Int32Array(new SharedArrayBuffer(4));
  const count = Math.min(MOST_THREADS, os.availableParallelism(), parts.length / 2);
  const threads = Array.from({ length: count }, () => threadOn(disk, parts, next));
  const stop = () => Promise.all(threads.map((worker) => worker.terminate()));
  const stopNow = () => void stop();
  signal?.addEventListener("abort", stopNow);
  try {
    await Promise.all(threads.map((worker) => answersOf(worker, disk, take)));
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", stopNow);
    await stop();
  }
  blocks.sort((a, b) => a.index - b.index);
  return { map: { size, blocks }, beyond: beyond.sort((a, b) => a - b) };
}

/** A disk that is being read already, while it is found out what it is held against. */
export interface Reading {
  disk: Disk;
  /** The map of the whole of it. */
  whole: Promise<DiskMap>;
  /** Ends the reading, finished or not, and closes the disk. */
  stop(): Promise<void>;
}

/** @throws {DiskProblem} the disk cannot be opened */
export async function beginReading(
  path: string,
  onProgress?: (done: number, size: number) => void,
): Promise<Reading> {
  const disk = await Disk.open(path, { devices: true });
  const stopper = new AbortController();
  const whole = mapDisk(disk, {
    signal: stopper.signal,
    onProgress: (done) => onProgress?.(done, disk.size),
  });
  // A failure is thrown where it is awaited; until then it must not count as unhandled.
  whole.catch(() => {});
  const stop = async () => {
    stopper.abort();
    await whole.catch(() => {});
    await disk.close();
  };
  return { disk, whole, stop };
}

/** Start and end of each part, in order. What lies after `size` is never in one part with what lies before. */
function partsOf(disk: Disk, size: number): number[] {
  const before = [...windowsOf(disk, 0, Math.min(size, disk.size))];
  const after = [...windowsOf(disk, size, disk.size)];
  return [
    ...before.flatMap(({ start, length }) => [start, Math.min(size, start + length)]),
    // The first one may begin in the middle of a block that was mapped: the rest of that is looked at by itself.
    ...after.flatMap(({ start, length }) => [Math.max(size, start), start + length]),
  ];
}

function shared(numbers: readonly number[]): Float64Array {
  const memory = new Float64Array(new SharedArrayBuffer(numbers.length * Float64Array.BYTES_PER_ELEMENT));
  memory.set(numbers);
  return memory;
}

function threadOn(disk: Disk, parts: Float64Array, next: Int32Array): Worker {
  return new Worker(path.join(__dirname, "block-worker.js"), {
    workerData: { descriptor: disk.descriptor, blockSize: BLOCK_SIZE, parts, next },
    // Without the loaders of the main thread: each would cost the start of the thread 100 ms.
    execArgv: [],
  });
}

/** Ends when the thread does. */
function answersOf(worker: Worker, disk: Disk, take: (answer: Answer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", (answer: Answer) => {
      if (answer.endedAt === undefined) take(answer);
      else reject(becameShorter(disk, answer.endedAt));
    });
    worker.once("error", (error: NodeJS.ErrnoException) => reject(unreadable(disk, error)));
    worker.once("exit", () => resolve());
  });
}

function becameShorter(disk: Disk, endedAt: number): DiskProblem {
  return new DiskProblem(
    disk.name,
    `the file changed while it was read (it ended at byte ${endedAt})`,
    "Wait until whatever writes it has ended, and run this again",
  );
}

function unreadable(disk: Disk, error: NodeJS.ErrnoException): DiskProblem {
  return new DiskProblem(
    disk.name,
    `it cannot be read to its end (${error.code ?? error.message})`,
    "Check the device and its connection",
    { cause: error },
  );
}
