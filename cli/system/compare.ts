import { statSync } from "node:fs";
import type { FileList } from "../../config/file-list";
import { compareWithList, type SystemReport } from "../../inspection/against-list/compare";
import { foreignMounts } from "../../inspection/against-list/mounts";
import { openFolder } from "../../inspection/folder-tree";
import { printable } from "../../inspection/printable";
import { NotInspectable } from "../../inspection/tree";
import { Refusal } from "../problem";

interface Asked {
  list: FileList;
  ownFiles: readonly string[];
  onStep: (far: string) => void;
}

/**
 * Compares the system in a folder with a list.
 *
 * @throws {Refusal} when it is none, or cannot be read
 */
export async function compareSystem(folder: string, asked: Asked): Promise<SystemReport> {
  assertFolder(folder);
  const system = {
    ...{ size: 0, architecture: "x86_64" as const, partitions: [], root: openFolder(folder) },
    esp: new NotInspectable("it is mounted in the root"),
  };
  try {
    return await compareWithList(system, { ...asked, foreign: foreignMounts(folder) });
  } catch (error) {
    if (!(error instanceof NotInspectable)) throw error;
    throw new Refusal(`${folder}: it cannot be compared: ${printable(error.message)}`);
  }
}

function assertFolder(folder: string): void {
  const cure = "name the folder where the system's root is mounted, as a user who may read it";
  try {
    if (statSync(folder).isDirectory()) return;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new Refusal(
      `--root ${folder}: ${code === "ENOENT" ? "no such folder" : `cannot be read (${code})`}; ${cure}`,
    );
  }
  throw new Refusal(`--root ${folder}: no folder; ${cure}`);
}
