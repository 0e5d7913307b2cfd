"use strict";

// A thread that reads parts of a disk by itself and hashes their blocks (see map-disk.ts). JavaScript, so that the thread
// starts without a compiler.

const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");

/** @type {{ descriptor: number, blockSize: number, ranges: Float64Array, parts: Float64Array, next: Int32Array }} */
const { descriptor, blockSize, ranges, parts, next } = workerData;
// One block at a time: it stays in the processor's cache between reading and hashing.
const block = Buffer.alloc(blockSize);
const zeros = Buffer.alloc(blockSize);

/** SHA-256 of every block of `[start, end)` that is not all zero; a short one counts with zeros after it. */
function digests(start, end, first) {
  const blocks = [];
  let range = first;
  for (let at = start, blockEnd; at < end; at = blockEnd) {
    blockEnd = Math.min(end, at - (at % blockSize) + blockSize);
    let filled = at;
    // Only what can hold data is read: the rest of the block is a hole.
    while (range * 2 < ranges.length && ranges[range * 2] < blockEnd) {
      const from = Math.max(at, ranges[range * 2]);
      const to = Math.min(blockEnd, ranges[range * 2 + 1]);
      block.fill(0, filled - at, from - at);
      const endedAt = read(from, to, from - at);
      if (endedAt < to) return { start, end, endedAt };
      filled = to;
      // It goes on in the next block.
      if (ranges[range * 2 + 1] > blockEnd) break;
      range++;
    }
    block.fill(0, filled - at);
    if (zeros.equals(block)) continue;
    blocks.push({ start: at, sha256: createHash("sha256").update(block).digest() });
  }
  return { start, end, blocks };
}

/** Reads `[from, to)` into the block. Returns where the file ended, if that is before `to`. */
function read(from, to, target) {
  for (let at = from; at < to;) {
    const count = readSync(descriptor, block, target + at - from, to - at, at);
    if (count === 0) return at;
    at += count;
  }
  return to;
}

// Whoever is ready takes the next part; nobody waits for an answer.
for (let part = Atomics.add(next, 0, 1); part * 3 < parts.length; part = Atomics.add(next, 0, 1)) {
  parentPort.postMessage(digests(parts[part * 3], parts[part * 3 + 1], parts[part * 3 + 2]));
}
