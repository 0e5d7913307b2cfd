import { spawn } from "node:child_process";
import fs from "node:fs";
import { imprimatur } from "../../e2e/harness/kills";
import { processTree } from "../../e2e/harness/process-tree";
import type { Rehearsed } from "../../e2e/harness/rehearsed";
import type { Trouble } from "./kinds";

interface Watched {
  readonly output: string;
  readonly status: number | null;
  /** Seconds in all, and the longest time without a character. */
  readonly took: number;
  readonly silence: number;
  /** The last output before that. */
  readonly after: string;
}

/** A running `up`, as a trouble sees it. */
export interface Running {
  readonly rehearsed: Rehearsed;
  /** Name of the stack and the product. */
  readonly name: string;
  /** Log of the clouds since the `up` began. */
  readonly log: () => string;
  /** Process ids of a program that the `up` started, by its command line. */
  readonly pids: (program: RegExp) => number[];
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Runs `imprimatur` without a terminal, with the trouble at its moment; ends the trouble afterwards. */
export async function runWatched(
  rehearsed: Rehearsed,
  args: readonly string[],
  name: string,
  trouble: Trouble,
): Promise<Watched> {
  const begin = rehearsed.log().length;
  const { checkout, env } = rehearsed;
  let pid = 0;
  const running: Running = {
    ...{ rehearsed, name, log: () => rehearsed.log().slice(begin) },
    pids: (program) => processTree(pid).filter((pid) => program.test(commandLine(pid))),
    // To the whole group, as a terminal sends it.
    signal: (signal) => void process.kill(-pid, signal),
  };
  await trouble.before?.(running);
  const began = Date.now();
  let at = began;
  let last = "";
  let output = "";
  let longest = { silence: 0, after: "" };
  const gap = () => {
    const silence = (Date.now() - at) / 1000;
    if (silence > longest.silence) longest = { silence, after: last };
    at = Date.now();
  };
  const [program = "", ...rest] = imprimatur(rehearsed, ...args);
  const child = spawn(program, rest, {
    cwd: checkout.folder,
    env: { ...process.env, ...checkout.own, ...env, ...trouble.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  pid = child.pid ?? 0;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      gap();
      output += chunk.toString();
      last = chunk.toString().trim().slice(-100);
    });
  let struck = trouble.during === undefined;
  const watch = setInterval(() => {
    if (struck || !trouble.during?.isTime(running)) return;
    struck = true;
    void trouble.during.strike(running);
  }, 20);
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  gap();
  clearInterval(watch);
  await trouble.after?.(running);
  if (!struck) output += "\n(the trouble's moment did not come)";
  return { output, status, took: (Date.now() - began) / 1000, ...longest };
}

function commandLine(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0/g, " ");
  } catch {
    return "";
  }
}
