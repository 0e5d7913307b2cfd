"use strict";

/** One line about a finished or starting step. All progress is on stderr: stdout belongs to results. */
function say(text) {
  clear();
  process.stderr.write(`${text}\n`);
}

/**
 * Progress of a long step: on a terminal one line that is written over, elsewhere (a CI log) a line every half minute.
 * Returns a function to call with the newest text.
 */
function progress(label) {
  const started = Date.now();
  let last = started;
  return (text) => {
    const now = Date.now();
    const line = `  ${label}: ${text}, ${Math.round((now - started) / 1000)} s`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    } else if (now - last >= 30_000) {
      last = now;
      process.stderr.write(`${line}\n`);
    }
  };
}

function clear() {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

module.exports = { clear, progress, say };
