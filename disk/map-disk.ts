/** Block map of a disk at the disk's full read speed: several threads, each of which reads and hashes. */
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { BLOCK_SIZE } from "../facts/units";
import { type BlockMap, type MappedBlock } from "./block-map";
import { Disk } from "./disk";
import { keptDigest } from "./kept-digest";
import { DiskProblem } from "./problem";
import { windowsOf } from "./window";

interface MapOptions {
  /** Bytes to map. Default: the whole disk. */
  size?: number;
  /** Progress in bytes of the disk, roughly in order. */
  onProgress?: (bytes: number) => void;
  /** On abort the threads end, and the reason is thrown. */
  signal?: AbortSignal;
}

interface DiskMap {
  map: BlockMap;
  /** Blocks after `size` that are not all zero: their start in bytes, in order. */
  beyond: number[];
}

/** More threads would only wait for the disk. */
const MOST_THREADS = 8;

/** A thread's result for a part of the disk; `endedAt`: where the file ended too early. */
interface Answer {
  start: number;
  end: number;
  blocks?: { start: number; sha256: Uint8Array }[];
  endedAt?: number;
}

/**
 * Holes are not read. Memory: one block for each thread, and 40 bytes for each data run of the file.
 *
 * @throws {DiskProblem} when the file shrinks meanwhile, or cannot be read
 */
export async function mapDisk(
  disk: Disk,
  { size = disk.size, onProgress, signal }: MapOptions = {},
): Promise<DiskMap> {
  const blocks: MappedBlock[] = [];
  const beyond: number[] = [];
  const take = (answer: Answer) => {
    for (const { start, sha256 } of answer.blocks ?? []) {
      if (start < size) blocks.push({ index: start / BLOCK_SIZE, sha256: keptDigest(sha256) });
      else beyond.push(start);
    }
    onProgress?.(answer.end);
  };
  const work = workOn(disk, size);
  const count = Math.min(MOST_THREADS, os.availableParallelism(), work.parts.length / PART);
  const threads = Array.from({ length: count }, () => threadOn(disk, work));
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

/** A disk whose reading has started before its reference is known. */
export interface Reading {
  disk: Disk;
  /** The map of the whole disk. */
  whole: Promise<DiskMap>;
  /** Stops reading, finished or not, and closes the disk. */
  stop(): Promise<void>;
}

/** @throws {DiskProblem} when the disk cannot be opened */
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
  // Errors are thrown at the await; until then they must not count as unhandled.
  whole.catch(() => {});
  const stop = async () => {
    stopper.abort();
    await whole.catch(() => {});
    await disk.close();
  };
  return { disk, whole, stop };
}

/** Memory shared by the threads. Numbers are bytes of the disk unless noted. */
interface Work {
  /** Start and end of every possible data run, in order, split at window ends. */
  ranges: Float64Array;
  /** {@link PART} numbers for each part, in order: start, end, and index of its first range. */
  parts: Float64Array;
  /** The next part to be taken by an idle thread. */
  next: Int32Array;
}

const PART = 3;

/**
 *     ranges   --=-------------------=--====|=--      window
 *     parts    [block]            [block][  |  ]      whole blocks, the last of them cut where the disk ends
 *
 * Bytes before and after `size` are never in one part: the rest of the block that contains `size` is checked
 * by itself.
 */
function workOn(disk: Disk, size: number): Work {
  const ranges: number[] = [];
  const parts: number[] = [];
  const add = (from: number, to: number) => {
    for (const window of windowsOf(disk, from, to)) {
      let open = -1;
      for (const range of window.ranges) {
        const start = Math.max(from, range.start - (range.start % BLOCK_SIZE));
        const end = Math.min(to, Math.ceil(range.end / BLOCK_SIZE) * BLOCK_SIZE);
        if (open >= 0 && (parts[open + 1] as number) >= start) parts[open + 1] = end;
        else open = parts.push(start, end, ranges.length / 2) - PART;
        ranges.push(range.start, range.end);
      }
    }
  };
  add(0, Math.min(size, disk.size));
  add(size, disk.size);
  const next = new Int32Array(new SharedArrayBuffer(4));
  return { ranges: shared(ranges), parts: shared(parts), next };
}

function shared(numbers: readonly number[]): Float64Array {
  const memory = new Float64Array(new SharedArrayBuffer(numbers.length * Float64Array.BYTES_PER_ELEMENT));
  memory.set(numbers);
  return memory;
}

function threadOn(disk: Disk, work: Work): Worker {
  return new Worker(path.join(__dirname, "block-worker.js"), {
    workerData: { descriptor: disk.descriptor, blockSize: BLOCK_SIZE, ...work },
    // Without the main thread's loaders: each would delay the start of the thread by 100 ms.
    execArgv: [],
  });
}

/** Resolves when the thread ends. */
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
