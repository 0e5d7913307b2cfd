"use strict";

// A thread that hashes what it is told of, out of buffers it shares with the reader (see hash-lane.ts). JavaScript, so
// that the thread starts without a compiler.

const { createHash } = require("node:crypto");
const { parentPort, workerData } = require("node:worker_threads");

/** @type {{ algorithm: string, slots: SharedArrayBuffer[] }} */
const { algorithm, slots } = workerData;
const buffers = slots.map((slot) => Buffer.from(slot));
const zeros = Buffer.alloc(1024 * 1024);
const whole = createHash(algorithm);

const tasks = {
  /** The next bytes of the disk. */
  bytes({ slot, length }) {
    whole.update(buffers[slot].subarray(0, length));
    return {};
  },
  /** A hole: its bytes count, though nobody has read them. */
  zeros({ length }) {
    for (let left = length; left > 0; left -= zeros.length) {
      whole.update(left < zeros.length ? zeros.subarray(0, left) : zeros);
    }
    return {};
  },
  /** Pieces of a slot, each on its own. */
  pieces({ slot, pieces }) {
    const digests = pieces.map(({ start, end }) =>
      createHash(algorithm).update(buffers[slot].subarray(start, end)).digest(),
    );
    return { digest: Buffer.concat(digests) };
  },
  end() {
    return { digest: whole.digest() };
  },
};

parentPort.on("message", (task) => parentPort.postMessage(tasks[task.kind](task)));
