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
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Refusal(`--root ${folder}: no such folder; name the one where the system's root is mounted`);
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
