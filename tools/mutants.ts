/**
 * `npm run mutants [-- --only configs|disks|contents|inspect|verify-disk|commands] [--seed FIRST] [--count N]`: thousands of stack
 * files and disks with something wrong in them. Each must be answered with a verdict or an error of ours, in time and in little
 * memory. A seed that is printed as a fault is tried again by itself with `--only KIND --seed SEED --count 1`.
 */
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { GIB, MIB } from "../facts/units";
import { KINDS } from "../test/mutants";
import type { Kind } from "../test/mutants/kind";
import type { Answered, Asked } from "../test/mutants/worker";

/** Milliseconds after which a mutant is taken for one that has no end, and its process is ended: far more than any limit. */
const PATIENCE = 120_000;
const PROGRESS = 10_000;
/** Bytes of memory that no mutant has a reason to take. */
const MOST_MEMORY = 1.5 * GIB;

interface Tally {
  readonly answers: Map<string, number>;
  faults: number;
  slowest: { ms: number; seed: number };
  memory: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      seed: { type: "string", default: "1" },
      count: { type: "string" },
    },
  });
  const names = values.only === undefined ? Object.keys(KINDS) : values.only.split(",");
  for (const name of names) {
    const kind = KINDS[name];
    if (!kind) throw new Error(`--only needs one of ${Object.keys(KINDS).join(", ")}, but has ${name}`);
    const faults = await tryAll(name, kind, Number(values.seed), Number(values.count ?? kind.count));
    if (faults > 0) process.exitCode = 1;
  }
}

/** @returns how many faults there are */
async function tryAll(name: string, kind: Kind, first: number, count: number): Promise<number> {
  const tally: Tally = { answers: new Map(), faults: 0, slowest: { ms: 0, seed: first }, memory: 0 };
  const begun = Date.now();
  let next = first;
  const seconds = () => ((Date.now() - begun) / 1000).toFixed(0);
  const progress = setInterval(
    () => say(`${name}: ${next - first} of ${count} in ${seconds()} s, ${tally.faults} faults`),
    PROGRESS,
  );
  try {
    while (next < first + count)
      next = await tryFrom(name, kind, next, first + count, tally, (at) => (next = at));
  } finally {
    clearInterval(progress);
  }
  const { slowest, memory } = tally;
  say(
    `${name}: ${count} ${kind.what}, seeds ${first} to ${first + count - 1}, in ${seconds()} s: ${tally.faults} faults`,
  );
  say(
    `  slowest ${(slowest.ms / 1000).toFixed(1)} s (seed ${slowest.seed}); at most ${(memory / MIB).toFixed(0)} MiB`,
  );
  for (const [answer, times] of [...tally.answers].sort((a, b) => b[1] - a[1])) say(`  ${times} ${answer}`);
  return tally.faults;
}

/** Until the end, or until its process ends before. @returns the seed to go on from */
function tryFrom(
  name: string,
  kind: Kind,
  first: number,
  end: number,
  tally: Tally,
  moved: (seed: number) => void,
): Promise<number> {
  const asked: Asked = { name, first, end };
  const child = fork(path.join(__dirname, "../test/mutants/worker.ts"), [JSON.stringify(asked)]);
  let seed = first;
  const fault = (what: string) => {
    tally.faults += 1;
    say(`${name}, seed ${seed}: ${what}\n`);
  };
  let timer = endLater(child);
  child.on("message", ({ answer, fault: found, ms, memory }: Answered) => {
    clearTimeout(timer);
    timer = endLater(child);
    tally.answers.set(answer, (tally.answers.get(answer) ?? 0) + 1);
    if (ms > tally.slowest.ms) tally.slowest = { ms, seed };
    if (memory > MOST_MEMORY && tally.memory <= MOST_MEMORY) fault(`it took ${memory} bytes of memory`);
    tally.memory = Math.max(tally.memory, memory);
    if (found !== undefined) fault(found);
    else if (ms > kind.limit) fault(`${ms} ms, at most ${kind.limit}`);
    seed += 1;
    moved(seed);
  });
  return new Promise((resolve) =>
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      if (seed < end) {
        fault(
          signal === null
            ? `the process ended with ${code}`
            : `no answer in ${PATIENCE / 1000} s, or ended with ${signal}`,
        );
        seed += 1;
      }
      resolve(seed);
    }),
  );
}

function endLater(child: ChildProcess): NodeJS.Timeout {
  return setTimeout(() => child.kill("SIGKILL"), PATIENCE);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
