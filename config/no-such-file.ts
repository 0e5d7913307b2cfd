/**
 * System errors that mean a path in a stack file does not exist: the name may also be too long, or lie below a file.
 */
const NO_FILE = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];

/** True if reading failed because the file does not exist. */
export function isNoSuchFile(error: unknown): boolean {
  return NO_FILE.includes((error as NodeJS.ErrnoException).code ?? "");
}
