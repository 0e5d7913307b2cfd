/** Files that may come from others: their kind is checked before reading. */
import { readBytes as readFile, type Reading, UnreadableFile } from "../facts/read-file";
import { TrustProblem } from "./problem";

/**
 * A record, a key or a list, as text.
 *
 * @throws {TrustProblem} when it is missing, unreadable, not a file, or far too large
 */
export function readText(file: string, how?: Reading): string {
  return readBytes(file, how).toString("utf8");
}

/** Like {@link readText}, as bytes. */
export function readBytes(file: string, how?: Reading): Buffer {
  try {
    return readFile(file, how);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new TrustProblem(error.message);
    throw error;
  }
}
