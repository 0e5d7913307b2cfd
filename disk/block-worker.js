"use strict";

// A thread that reads windows of a disk by itself and hashes their blocks (see map-disk.ts). JavaScript, so that the
// thread starts without a compiler.

const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");

/** @type {{ descriptor: number, blockSize: number, window: number }} */
const { descriptor, blockSize, window } = workerData;
const buffer = Buffer.alloc(window);
const zeros = Buffer.alloc(blockSize);

/** SHA-256 of every block of `[start, end)` that is not all zero; a short last one counts with zeros after it. */
function digests({ start, end }) {
  const length = end - start;
  for (let filled = 0; filled < length;) {
    const read = readSync(descriptor, buffer, filled, length - filled, start + filled);
    if (read === 0) return { endedAt: start + filled };
    filled += read;
  }
  const padded = Math.ceil(length / blockSize) * blockSize;
  buffer.fill(0, length, padded);
  const blocks = [];
  for (let at = 0; at < padded; at += blockSize) {
    const block = buffer.subarray(at, at + blockSize);
    if (zeros.equals(block)) continue;
    blocks.push({ index: (start + at) / blockSize, sha256: createHash("sha256").update(block).digest() });
  }
  return { blocks };
}

parentPort.on("message", (task) => parentPort.postMessage(digests(task)));
