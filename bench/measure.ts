import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { MIB } from "../facts/units";

/** A contestant of a row: a command that does the job once. */
export interface Contestant {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /**
   * It writes a line once it has loaded, and waits for one on stdin: its loading is not measured, because a provider
   * does many such jobs in an `up`. Default: false.
   */
  readonly waits?: boolean;
}

/** What one run cost, with all its descendants. Linux alone counts more than the time. */
export interface Run {
  readonly seconds: number;
  /** CPU seconds, user and system, in steps of 10 ms. */
  readonly cpu: number;
  /** Most resident memory at once, MiB, looked at every 50 ms. */
  readonly memory: number;
  /** MiB that were read from files and sockets, by the kernel's count of calls (`rchar` in proc_pid_io(5)). */
  readonly read: number;
  /** MiB written to files and sockets (`wchar`). */
  readonly written: number;
}

/** @throws what the command said, if it fails */
export async function run({ command: [file, ...args], env = {}, waits = false }: Contestant): Promise<Run> {
  const before = counts("self", CHILDREN);
  const lookedBefore = looked;
  let start = performance.now();
  let loaded: Counts = { cpu: 0, read: 0, written: 0 };
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  child.stdout.resume();
  if (waits) {
    child.stdout.once("data", () => {
      loaded = counts(String(child.pid), [...OWN, ...CHILDREN]);
      start = performance.now();
      child.stdin.end("\n");
    });
  }
  let memory = 0;
  const look = setInterval(() => (memory = Math.max(memory, residentOf(child.pid))), 50);
  let said = "";
  child.stderr.on("data", (piece: Buffer) => (said = `${said}${piece.toString()}`.slice(-2000)));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  clearInterval(look);
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${[file, ...args].join(" ")} ended with ${String(code)}: ${said.trim()}`);
  const after = counts("self", CHILDREN);
  return {
    seconds,
    memory,
    cpu: after.cpu - before.cpu - loaded.cpu,
    read: (after.read - before.read - loaded.read - (looked - lookedBefore)) / MIB,
    written: (after.written - before.written - loaded.written) / MIB,
  };
}

/** Ticks of `cutime` and `cstime`: USER_HZ, 100 on every architecture of Linux that Node runs on. */
const HERTZ = 100;

interface Counts {
  /** Seconds. */
  readonly cpu: number;
  /** Bytes. */
  readonly read: number;
  readonly written: number;
}

/** Places of `utime` and `stime`, and of `cutime` and `cstime`: of children that have ended. */
const OWN = [11, 12];
const CHILDREN = [13, 14];

/** The kernel adds what children that have ended have read and written to their parent's. */
function counts(pid: string, times: readonly number[]): Counts {
  const stat = fieldsOf(`/proc/${pid}/stat`);
  const io = text(`/proc/${pid}/io`);
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(io)?.[1] ?? 0);
  const ticks = times.reduce((sum, at) => sum + Number(stat[at] ?? 0), 0);
  return { cpu: ticks / HERTZ, read: count("rchar"), written: count("wchar") };
}

/** MiB of a process and its descendants. */
function residentOf(root: number | undefined): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid, stat: fieldsOf(`/proc/${pid}/stat`) }));
  const family = new Set([String(root)]);
  // Children have larger ids than their parents, but for a wrap of the counter.
  for (const { pid, stat } of processes) if (family.has(stat[1] ?? "")) family.add(pid);
  const pages = processes.filter(({ pid }) => family.has(pid)).map(({ stat }) => Number(stat[21] ?? 0));
  return pages.reduce((sum, count) => sum + count, 0) / 256;
}

/** Fields of proc_pid_stat(5) after the name in parentheses, from `state`. */
function fieldsOf(file: string): string[] {
  return text(file)
    .replace(/^.*\) /s, "")
    .split(" ");
}

/** Bytes that this process has read to look at others: not the contestant's. */
let looked = 0;

/** Empty: it has ended, or this is no Linux. */
function text(file: string): string {
  try {
    const read = readFileSync(file, "latin1");
    looked += read.length;
    return read;
  } catch {
    return "";
  }
}
