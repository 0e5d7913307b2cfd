/** The disk that a try publishes: the demo, or one of the user's own. */
import { statSync } from "node:fs";
import path from "node:path";
import { formatBytes } from "../../facts/words";
import { SECTOR } from "../../facts/units";
import type { Io } from "../io";
import { chooseStart, openDisk, type Start } from "../raw-disk";

/** A disk of the user's own, and what starts it. */
export interface OwnDisk extends Start {
  /** Absolute path. */
  readonly file: string;
}

export interface ChosenDisk {
  /** Absent: the demo disk. */
  readonly own?: OwnDisk;
  /** For people: `my.raw (10 GiB, at most 812 MiB of data)`. */
  readonly words: string;
}

const DEMO: ChosenDisk = { words: "The demo disk (1 GiB, 6 MiB of data)" };

/**
 * Before anything is asked or begun.
 *
 * @throws {Refusal} and {@link DiskProblem} when it is no disk, or one that starts nowhere
 */
export async function chooseDisk(
  file: string | undefined,
  asked: Partial<Start>,
  io: Io,
): Promise<ChosenDisk> {
  if (file === undefined) return DEMO;
  const { disk, table } = await openDisk(file, io);
  try {
    const start = chooseStart(file, table, asked);
    // Holes are no data; whether the rest is zeros is not looked at.
    const allocated = Math.min(disk.size, statSync(file).blocks * SECTOR);
    return {
      own: { file: path.resolve(file), ...start },
      words: `${file} (${formatBytes(disk.size)}, at most ${formatBytes(allocated)} of data)`,
    };
  } finally {
    await disk.close();
  }
}
