import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../clouds/write-whole";
import { projectFolder } from "../facts/project";

/**
 * Writes a file of the project's records atomically: readers see the old or the new content.
 *
 * @param name relative to the project
 * @throws one line with the cure
 */
export function writeRecordFile(name: string, content: string | Buffer): void {
  const path = join(projectFolder(), name);
  try {
    writeWhole(path, content);
  } catch (error) {
    throw new Error(`the record ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A missing one is fine. */
export function removeRecordFile(name: string): void {
  rmSync(join(projectFolder(), name), { force: true });
}
