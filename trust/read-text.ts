/** Files that somebody else may have written: what they are is looked at before they are read. */
import { readBytes as readFile, type Reading, UnreadableFile } from "../facts/read-file";
import { TrustProblem } from "./problem";

/**
 * A record, a key or a list, as text.
 *
 * @throws {TrustProblem} it is not there, may not be read, is no file, or is far too large
 */
export function readText(file: string, how?: Reading): string {
  return readBytes(file, how).toString("utf8");
}

/** {@link readText}, as bytes. */
export function readBytes(file: string, how?: Reading): Buffer {
  try {
    return readFile(file, how);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new TrustProblem(error.message);
    throw error;
  }
}
