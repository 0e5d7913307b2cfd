/**
 * True if a local process has the pid, also another user's. Pids are reused, and a killed process keeps its own until
 * its parent reaps it: where that matters, compare its start time too.
 */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
