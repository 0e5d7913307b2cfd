import { linkSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import path from "node:path";
import { formatBytes } from "../facts/words";
import { MIB } from "../facts/units";
import { isWholeState, keptName, stateFileOf } from "./mend-state";
import { Refusal } from "./problem";

/**
 * Keeps the last whole state of a backend in a folder while the engine works, in case that a full disk cuts the next one short.
 * The engine's own copy (`.bak`) is of one write before, and after the second write that fails is cut short as well. A second name
 * for the same file costs no room, and what the engine writes is another file each time.
 */
export class StateKeeper {
  private seen = "";

  private constructor(private readonly file: string) {}

  /** `undefined`: the state is not in a folder. */
  static async of(stack: string): Promise<StateKeeper | undefined> {
    const file = await stateFileOf(stack);
    return file === undefined ? undefined : new StateKeeper(file);
  }

  /** Looks whether the engine wrote a state. A file system that knows no second names costs this copy, and nothing else. */
  look(): void {
    const fresh = `${keptName(this.file)}.new`;
    try {
      const { ino, mtimeMs } = statSync(this.file);
      if (this.seen === `${ino} ${mtimeMs}`) return;
      this.seen = `${ino} ${mtimeMs}`;
      rmSync(fresh, { force: true });
      linkSync(this.file, fresh);
      if (isWholeState(fresh)) renameSync(fresh, keptName(this.file));
      // Two names of one file: then a renaming leaves both.
      rmSync(fresh, { force: true });
    } catch {
      // The engine is just renaming it, or see above.
    }
  }

  /** The engine has ended: what was kept goes, unless it is needed. */
  end(): void {
    if (isWholeState(this.file)) rmSync(keptName(this.file), { force: true });
  }
}

/** Copies of the state that an update writes: the new one, the one before, and two at its end. */
const COPIES = 4;
/** Bytes for what the state grows by, and for locks and history: the demo on three clouds comes to 150 KB. */
const GROWTH = 4 * MIB;

/**
 * Looks whether the file system of a backend in a folder has room for what an update writes.
 *
 * @throws {Refusal} it has not
 */
export async function refuseFullDisk(stack: string): Promise<void> {
  const file = await stateFileOf(stack);
  if (file === undefined) return;
  const folder = path.dirname(file);
  const needed = COPIES * statSync(file).size + GROWTH;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  // Some network file systems tell nothing.
  if (free >= needed || statfsSync(folder).blocks === 0) return;
  throw new Refusal(
    `${folder}: ${formatBytes(free)} are free, and an update needs ${formatBytes(needed)} there for the state of ${stack}: free some ` +
      "space, and run the same command again. Nothing was begun",
  );
}
