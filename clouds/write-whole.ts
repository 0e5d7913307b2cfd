import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { formatBytes } from "../facts/words";

/** A file cannot be written; its previous content is intact. */
export class UnwritableFile extends Error {
  override name = "UnwritableFile";
}

const CURES: Readonly<Record<string, string>> = {
  ENOSPC: "free some space there, and run the same command again",
  EDQUOT: "your quota there is used up: free some space, and run the same command again",
  EACCES: "make it writable, and run the same command again",
  EROFS: "the file system is read-only: make it writable, and run the same command again",
};

/**
 * Writes a file atomically and syncs it: readers see the old or the new content, also after a crash or on a full
 * disk. No partial file is left.
 *
 * @param mode permissions, reduced by the umask
 * @throws {UnwritableFile} with the file, the reason and the cure
 */
export function writeWhole(file: string, content: string | Buffer, mode = 0o666): void {
  const bytes = Buffer.from(content);
  const temporary = `${file}.${process.pid}.new`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const handle = openSync(temporary, "w", mode);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const cure = CURES[code];
    throw new UnwritableFile(
      `${file}: cannot be written (${code}); ${formatBytes(bytes.length)} are needed${cure === undefined ? "" : `: ${cure}`}`,
      { cause: error },
    );
  }
}
