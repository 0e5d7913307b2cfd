/** Files that may come from others: their kind is checked before reading. */
import {
  readBytes as readFile,
  type Reading,
  readText as readFileText,
  UnreadableFile,
} from "../facts/read-file";
import { TrustProblem } from "./problem";

/**
 * A record, a key or a list, as text.
 *
 * @throws {TrustProblem} when it is missing, unreadable, not a file, far too large, or not UTF-8
 */
export function readText(file: string, how?: Reading): string {
  return refusing(() => readFileText(file, how));
}

/** Like {@link readText}, as bytes. */
export function readBytes(file: string, how?: Reading): Buffer {
  return refusing(() => readFile(file, how));
}

function refusing<Content>(read: () => Content): Content {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableFile) throw new TrustProblem(error.message);
    throw error;
  }
}
