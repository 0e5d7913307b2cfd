/**
 * Whether a process of this machine has the number, also another user's. A number is used again, and a killed process keeps its
 * own until its parent asks about it: whoever minds that looks at when it began too.
 */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
