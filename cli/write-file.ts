import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "./problem";

/**
 * Writes a file in one step: whoever reads it sees the old or the new one, and after a crash one of the two is there.
 *
 * @param mode permissions, as far as the umask leaves them
 * @throws {Refusal} the folder cannot be written to, or the disk is full
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
