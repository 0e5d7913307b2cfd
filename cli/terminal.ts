/** The terminal that the process was started from. */
import { createInterface } from "node:readline/promises";
import type { Io } from "./io";

let saidAt = Date.now() - process.uptime() * 1000;

export const PROCESS_IO: Omit<Io, "exitWith"> = {
  out: (text) => say(process.stdout, text),
  err: (text) => say(process.stderr, text),
  saidAt: () => saidAt,
  interactive: process.stderr.isTTY ?? false,
  // https://no-color.org: any value that is not empty.
  styled: (process.stdout.isTTY ?? false) && !process.env.NO_COLOR,
  ...(process.stderr.isTTY && { transient: showTransient }),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askTerminal }),
};

const CLEAR = "\r\x1b[K";
let isTransient = false;

function say(stream: NodeJS.WriteStream, text: string): void {
  saidAt = Date.now();
  showTransient("");
  stream.write(text);
}

function showTransient(line: string): void {
  if (line === "" && !isTransient) return;
  isTransient = line !== "";
  // A line that wraps cannot be cleared.
  process.stderr.write(`${CLEAR}${line.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
}

async function askTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
