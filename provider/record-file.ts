import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFolder } from "./raw-disk";

/**
 * Writes a file of the project's records whole: who reads it meanwhile sees the old one or the new one.
 *
 * @param name relative to the project
 * @throws one line with the cure
 */
export function writeRecordFile(name: string, content: string | Buffer): void {
  const path = join(projectFolder(process.cwd()), name);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`the record ${name} cannot be written (${code ?? message}); make the folder writable`, {
      cause: error,
    });
  }
}

/** An absent one is fine. */
export function removeRecordFile(name: string): void {
  rmSync(join(projectFolder(process.cwd()), name), { force: true });
}
