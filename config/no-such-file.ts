/** System errors that say of a path in a stack file that there is nothing: a name may also be too long, or lie below a file. */
const NO_FILE = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];

/** Whether reading failed because there is no such file. */
export function isNoSuchFile(error: unknown): boolean {
  return NO_FILE.includes((error as NodeJS.ErrnoException).code ?? "");
}
