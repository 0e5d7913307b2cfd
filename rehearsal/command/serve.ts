import { FolderTaken, startRehearsal } from "../server";
import type { Rehearsal } from "../running";
import type { Pace } from "../pace";

/** Runs the clouds in this process until stopped by a signal or through the control port. */
export async function serve(folder: string, pace: Pace, log: (line: string) => void): Promise<number> {
  let rehearsal: Rehearsal;
  try {
    rehearsal = await startRehearsal({
      folder,
      pace,
      log: (line) => log(`${new Date().toISOString().slice(11, 19)} ${line}`),
    });
  } catch (error) {
    if (!(error instanceof FolderTaken)) throw error;
    log(`${error.message}: 'imprimatur rehearsal stop' ends it`);
    return 1;
  }
  for (const [name, cloud] of Object.entries(rehearsal.clouds)) {
    log(`${name} answers at http://127.0.0.1:${cloud.port}`);
  }
  log(`state and bytes are in ${folder}; end with Ctrl-C`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void rehearsal.stop());
  await rehearsal.stopped;
  return 0;
}
