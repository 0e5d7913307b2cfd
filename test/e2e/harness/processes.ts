import fs from "node:fs";

/** Ends every process at once whose command line names the folder: what a power cut does to an engine and its plugins. */
export function killAllIn(folder: string, spare: (commandLine: string) => boolean): void {
  for (const [pid, commandLine] of commandLines()) {
    if (!commandLine.includes(folder) || spare(commandLine)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // ended by itself in between
    }
  }
}

/** Ids of the processes whose command line matches. */
export function processesLike(pattern: RegExp): number[] {
  return commandLines()
    .filter(([, commandLine]) => pattern.test(commandLine))
    .map(([pid]) => pid);
}

/** Peak of a process's resident memory in bytes; undefined once it is gone. */
export function peakMemory(pid: number): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
    return found ? Number(found[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes that a process has read by system calls so far; undefined once it is gone. */
export function bytesRead(pid: number): number | undefined {
  try {
    const found = /^rchar: (\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/io`, "utf8"));
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}

function commandLines(): [number, string][] {
  return fs
    .readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry): [number, string][] => {
      try {
        return [[Number(entry), fs.readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ")]];
      } catch {
        return [];
      }
    });
}
