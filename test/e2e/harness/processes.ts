import fs from "node:fs";

/**
 * Kills at once every process whose command line names the folder, with the effect of a power cut on an engine and
 * its plugins.
 */
export function killAllIn(folder: string, spare: (commandLine: string) => boolean): void {
  for (const [pid, commandLine] of commandLines()) {
    if (!commandLine.includes(folder) || spare(commandLine)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // ended by itself meanwhile
    }
  }
}

/** Peak of the memory of processes of one kind, summed over those that live at the same time. */
export class PeakMemory {
  /** Resident bytes so far. */
  bytes = 0;
  private readonly watch: NodeJS.Timeout;

  /** @param pattern matched against their command lines */
  constructor(pattern: RegExp) {
    this.watch = setInterval(() => {
      const together = processesLike(pattern).reduce((sum, pid) => sum + peakMemory(pid), 0);
      this.bytes = Math.max(this.bytes, together);
    }, 500);
  }

  stop(): void {
    clearInterval(this.watch);
  }
}

/** Ids of the processes whose command line matches. */
function processesLike(pattern: RegExp): number[] {
  return commandLines()
    .filter(([, commandLine]) => pattern.test(commandLine))
    .map(([pid]) => pid);
}

/** Peak of a process's resident memory in bytes, kept by the kernel; 0 once it is gone. */
function peakMemory(pid: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
    return found ? Number(found[1]) * 1024 : 0;
  } catch {
    return 0;
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
