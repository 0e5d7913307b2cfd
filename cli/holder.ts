import { execFileSync } from "node:child_process";
import os from "node:os";
import { formatSeconds } from "../facts/words";
import { isRunning } from "../facts/process";
import type { Holder } from "./lock";

/** Status of the process that holds a lock. `unknown`: on another machine, or not named by the backend. */
export type OwnerStatus = "alive" | "gone" | "unknown";

/** Looks up a local process; `undefined`: no such pid. */
type LookAtProcess = (pid: number) => { readonly program: string; readonly startedAt: number } | undefined;

interface Machine {
  readonly host: string;
  readonly process: LookAtProcess;
}

const THIS: Machine = { host: os.hostname(), process: lookAtProcess };

/** Clocks and `ps` have a resolution of one second. */
const SLACK = 5_000;

/** Pids are reused: the process must be an engine, and older than its lock. */
export function ownerStatus({ host, pid, since }: Holder, { host: here, process } = THIS): OwnerStatus {
  if (host === undefined || pid === undefined || host !== here || isAnybodys(host)) return "unknown";
  const found = process(pid);
  // A killed process not yet reaped by its parent is listed as defunct.
  if (found === undefined || !/pulumi/.test(found.program) || found.program.includes("<defunct>"))
    return "gone";
  const taken = Date.parse(since ?? "");
  return Number.isNaN(taken) || found.startedAt <= taken + SLACK ? "alive" : "gone";
}

/** Default host names of machines and containers: another machine may have the same. */
function isAnybodys(host: string): boolean {
  return /^(localhost|\(none\))?(\.|$)/.test(host);
}

/** `ada on builder (process 17) since 2026-11-28T21:00:00Z, 3 min`. */
export function describeHolder({ user, host, pid, since }: Holder, now = Date.now()): string {
  if (user === undefined && host === undefined) return "somebody; the backend does not tell whom";
  const seconds = Math.max(0, Math.round((now - Date.parse(since ?? "")) / 1000));
  const when = since === undefined ? "" : ` since ${since}, ${formatSeconds(seconds)}`;
  return `${user ?? "?"} on ${host ?? "?"}${pid === undefined ? "" : ` (process ${pid})`}${when}`;
}

/** POSIX `ps`, available on every system that the engine's plugins support. */
function lookAtProcess(pid: number): ReturnType<LookAtProcess> {
  try {
    const text = execFileSync("ps", ["-o", "etime=", "-o", "comm=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, elapsed = "", program = ""] = /^\s*(\S+)\s+(.*?)\s*$/.exec(text) ?? [];
    return { program, startedAt: Date.now() - secondsOf(elapsed) * 1000 };
  } catch (error) {
    // Without `ps` a process counts as alive if its pid is in use.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined;
    return isRunning(pid) ? { program: "pulumi", startedAt: 0 } : undefined;
  }
}

/** `[[days-]hours:]minutes:seconds`. */
export function secondsOf(elapsed: string): number {
  const [clock = "", days = "0"] = elapsed.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
