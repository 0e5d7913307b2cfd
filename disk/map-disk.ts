/** The block map of a disk as fast as the disk can be read: several threads, each reading and hashing on its own. */
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { BLOCK_SIZE } from "../facts/units";
import { type BlockMap, type MappedBlock } from "./block-map";
import { Disk } from "./disk";
import { keptDigest } from "./kept-digest";
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
 * Not one byte of a hole is read. Memory: one block for each thread, and 40 bytes for each run of data of the file.
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

/** What threads share. Numbers are bytes of the disk unless said otherwise. */
interface Work {
  /** Start and end of every run that can hold data, in order, cut where windows end. */
  ranges: Float64Array;
  /** {@link PART} numbers for each part, in order: start, end, and which range is the first in it. */
  parts: Float64Array;
  /** The part that whoever is ready takes next. */
  next: Int32Array;
}

const PART = 3;

/**
 *     ranges   --=-------------------=--====|=--      window
 *     parts    [block]            [block][  |  ]      whole blocks, the last of them cut where the disk ends
 *
 * What lies after `size` is never in one part with what lies before: the rest of the block that it begins in is looked at
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
