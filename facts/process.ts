/** Processes of this machine. */
import { readFileSync } from "node:fs";

/**
 * True if a local process has the pid, also another user's. Pids are reused, and a killed process keeps its own until
 * its parent reaps it: where that matters, compare its start time too.
 */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Start time in the kernel's ticks; `undefined` without `/proc`, for a process that has ended, and for a zombie: in a
 * container whose init does not reap, a killed process stays in the process table.
 */
export function startOf(pid: number | undefined): string | undefined {
  const { state, startTime } = (pid === undefined ? undefined : statOf(pid)) ?? {};
  return state === "Z" ? undefined : startTime;
}

/** Parent of a process; `undefined` without `/proc`, and for a process that has ended. */
export function parentOf(pid: number, proc?: string): number | undefined {
  return statOf(pid, proc)?.parent;
}

/** `/proc/<pid>/stat`, proc(5): the second field, a name in parentheses, may contain anything; starttime is the 22nd. */
function statOf(pid: number, proc = "/proc") {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0], parent: Number(fields[1]), startTime: fields[19] };
  } catch {
    return undefined;
  }
}
