"use strict";

// A thread that compresses chunks of one gzip stream (see gzip.ts). JavaScript, so that it starts without a compiler.

const { parentPort } = require("node:worker_threads");
const { constants, deflateRawSync } = require("node:zlib");

parentPort.on("message", ({ chunk, dictionary, last }) => {
  const deflated = deflateRawSync(chunk, {
    level: 6,
    // What came before the chunk, so that it is compressed as well as if one thread did it all.
    ...(dictionary.length > 0 && { dictionary }),
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  });
  parentPort.postMessage(deflated);
});
