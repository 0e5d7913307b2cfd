"use strict";

// A thread that reads parts of a disk by itself and hashes their blocks (see map-disk.ts). JavaScript, so that the thread
// starts without a compiler.

const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");

/** @type {{ descriptor: number, blockSize: number, parts: Float64Array, next: Int32Array }} */
const { descriptor, blockSize, parts, next } = workerData;
// One block at a time: it stays in the processor's cache between reading and hashing.
const block = Buffer.alloc(blockSize);
const zeros = Buffer.alloc(blockSize);

/** SHA-256 of every block of `[start, end)` that is not all zero; a short last one counts with zeros after it. */
function digests(start, end) {
  const blocks = [];
  for (let at = start; at < end; at += blockSize) {
    const length = Math.min(blockSize, end - at);
    for (let filled = 0; filled < length;) {
      const read = readSync(descriptor, block, filled, length - filled, at + filled);
      if (read === 0) return { start, end, endedAt: at + filled };
      filled += read;
    }
    block.fill(0, length);
    if (zeros.equals(block)) continue;
    blocks.push({ start: at, sha256: createHash("sha256").update(block).digest() });
  }
  return { start, end, blocks };
}

// Whoever is ready takes the next part; nobody waits for an answer.
for (let part = Atomics.add(next, 0, 1); part * 2 < parts.length; part = Atomics.add(next, 0, 1)) {
  parentPort.postMessage(digests(parts[part * 2], parts[part * 2 + 1]));
}
