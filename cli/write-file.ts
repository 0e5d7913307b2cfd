import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "./problem";

/**
 * Writes a file atomically: readers see the old or the new content, also after a crash.
 *
 * @param mode permissions, reduced by the umask
 * @throws {Refusal} when the folder is not writable, or the disk is full
 */
export async function writeFileAtomically(
  file: string,
  content: string | Buffer,
  mode = 0o666,
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EACCES: "you may not write there. Name another place with --output, or give yourself the permission.",
      EROFS: "the file system is read-only. Name another place with --output.",
      ENOSPC: "the file system is full. Free some space and run this again.",
      EISDIR: "this is a folder. Name a file.",
      ENOTDIR: "a part of the path is a file. Name another place with --output.",
    };
    throw new Refusal(`${file}: cannot be written: ${reasons[code ?? ""] ?? message}`, { cause: error });
  }
}
