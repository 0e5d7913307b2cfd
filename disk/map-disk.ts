/** The block map of a disk as fast as the disk can be read: several threads, each reading and hashing on its own. */
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { BLOCK_SIZE, type BlockMap, type MappedBlock } from "./block-map";
import type { Disk } from "./disk";
import { DiskProblem } from "./problem";
import { type Window, windowsOf } from "./window";

export interface MapOptions {
  /** Bytes that are mapped. Default: the whole disk. */
  size?: number;
  /** Called as it goes on, with bytes of the disk that are done. */
  onProgress?: (bytes: number) => void;
}

export interface DiskMap {
  map: BlockMap;
  /** Bytes after `size` that are not zero, as ranges of whole blocks; `end` is not part of it. */
  beyond: { start: number; end: number }[];
}

/** More threads than this wait for the disk. */
const MOST_THREADS = 8;

interface Answer {
  blocks?: { index: number; sha256: Uint8Array }[];
  endedAt?: number;
}

/**
 * Holes are not read. Memory: one block for each thread.
 *
 * @throws {DiskProblem} when the file gets shorter meanwhile, or cannot be read
 */
export async function mapDisk(
  disk: Disk,
  { size = disk.size, onProgress }: MapOptions = {},
): Promise<DiskMap> {
  const windows = tasksOf(disk, size);
  const blocks: MappedBlock[] = [];
  const beyond: DiskMap["beyond"] = [];
  const threads = Array.from({ length: Math.min(MOST_THREADS, os.availableParallelism()) }, () =>
    thread(disk),
  );
  try {
    await Promise.all(
      threads.map(async (worker) => {
        for (const task of windows) {
          const answer = await ask(worker, task, disk);
          for (const { index, sha256 } of answer) {
            if (task.start < size) blocks.push({ index, sha256: Buffer.from(sha256) });
            else beyond.push({ start: index * BLOCK_SIZE, end: (index + 1) * BLOCK_SIZE });
          }
          onProgress?.(task.end);
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((worker) => worker.terminate()));
  }
  blocks.sort((a, b) => a.index - b.index);
  beyond.sort((a, b) => a.start - b.start);
  return { map: { size, blocks }, beyond };
}

interface Task {
  start: number;
  end: number;
}

/** Shared by the threads: each takes the next one. What lies after `size` is never in one window with what lies before. */
function* tasksOf(disk: Disk, size: number): Generator<Task, void> {
  const part = ({ start, length }: Window, to: number): Task => ({
    start,
    end: Math.min(start + length, to),
  });
  for (const window of windowsOf(disk, 0, Math.min(size, disk.size))) yield part(window, size);
  for (const window of windowsOf(disk, size, disk.size)) {
    // The first one may begin in the middle of a block that was mapped: the rest of that counts as a part of its own.
    yield { start: Math.max(window.start, size), end: window.start + window.length };
  }
}

function thread(disk: Disk): Worker {
  return new Worker(path.join(__dirname, "block-worker.js"), {
    workerData: { descriptor: disk.descriptor, blockSize: BLOCK_SIZE },
    // Without the loaders of the main thread: each would cost the start of the thread 100 ms.
    execArgv: [],
  });
}

async function ask(worker: Worker, task: Task, disk: Disk): Promise<NonNullable<Answer["blocks"]>> {
  const answer = await new Promise<Answer>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(
        new DiskProblem(
          disk.name,
          `bytes ${task.start} to ${task.end} cannot be read (${error.code ?? error.message})`,
          "Check the device and its connection",
          { cause: error },
        ),
      );
    worker.once("error", failed);
    worker.once("message", (message: Answer) => {
      worker.off("error", failed);
      resolve(message);
    });
    worker.postMessage(task);
  });
  if (answer.blocks) return answer.blocks;
  throw new DiskProblem(
    disk.name,
    `it ended at ${answer.endedAt} while it was read`,
    "Wait until whatever writes it has ended, and run this again",
  );
}
