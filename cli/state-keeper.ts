import { accessSync, constants, linkSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import path from "node:path";
import { formatBytes } from "../facts/words";
import { MIB } from "../facts/units";
import { isWholeState, copyOfState, stateFileOf } from "./restore-state";
import { Refusal } from "./problem";

/**
 * Keeps the last complete state of a backend in a folder while the engine works, in case a full disk truncates the
 * next one. The engine's own copy (`.bak`) is one write older, and also truncated after a second failed write. A hard
 * link takes no space, and the engine replaces rather than overwrites the file.
 */
export class StateKeeper {
  private seen = "";

  private constructor(private readonly file: string) {}

  /** `undefined`: the backend is not a folder. */
  static async of(stack: string): Promise<StateKeeper | undefined> {
    const file = await stateFileOf(stack);
    return file === undefined ? undefined : new StateKeeper(file);
  }

  /** Links a newly written state. On a file system without hard links only this copy is missing. */
  look(): void {
    const fresh = `${copyOfState(this.file)}.new`;
    try {
      const { ino, mtimeMs } = statSync(this.file);
      if (this.seen === `${ino} ${mtimeMs}`) return;
      this.seen = `${ino} ${mtimeMs}`;
      rmSync(fresh, { force: true });
      linkSync(this.file, fresh);
      if (isWholeState(fresh)) renameSync(fresh, copyOfState(this.file));
      // rename(2) keeps both names if they are links to the same file.
      rmSync(fresh, { force: true });
    } catch {
      // The engine is renaming it, or see above.
    }
  }

  /** The engine has ended: the copy is removed, unless needed. */
  end(): void {
    try {
      if (isWholeState(this.file)) rmSync(copyOfState(this.file), { force: true });
    } catch {
      // It cannot be written there: one copy more does no harm, and the engine's own failure is the reason to report.
    }
  }
}

/** How a failed update goes on; with the reason if the engine could not write its state. */
export async function describeGoingOn(stack: string, command: string): Promise<string> {
  const file = await stateFileOf(stack);
  const unwritable = file === undefined ? undefined : whyUnwritable(path.dirname(file));
  if (file === undefined || unwritable === undefined) return `The next ${command} goes on`;
  return (
    `The state of ${stack} could not be kept: ${path.dirname(file)} cannot be written (${unwritable}). Make it writable; the next ${command} ` +
    "goes on, and finds what was made since"
  );
}

/** access(2) reports a read-only file system to root too. */
function whyUnwritable(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EROFS" ? "read-only file system" : (code ?? String(error));
  }
}

/** Copies of the state written during an update: the new one, the previous one, and two at its end. */
const COPIES = 4;
/** Bytes for growth of the state, and for locks and history: the demo on three clouds uses 150 KB. */
const GROWTH = 4 * MIB;

/**
 * Checks that the file system of a backend in a folder has space for an update.
 *
 * @throws {Refusal} when it has not
 */
export async function refuseFullDisk(stack: string): Promise<void> {
  const file = await stateFileOf(stack);
  if (file === undefined) return;
  const folder = path.dirname(file);
  const unwritable = whyUnwritable(folder);
  if (unwritable !== undefined)
    throw new Refusal(
      `${folder} cannot be written (${unwritable}), and an update keeps the state of ${stack} there: make it writable, and run the same ` +
        "command again. Nothing was begun",
    );
  const needed = COPIES * statSync(file).size + GROWTH;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  // Some network file systems report no sizes.
  if (free >= needed || statfsSync(folder).blocks === 0) return;
  throw new Refusal(
    `${folder}: ${formatBytes(free)} are free, and an update needs ${formatBytes(needed)} there for the state of ${stack}: free some ` +
      "space, and run the same command again. Nothing was begun",
  );
}
