/** Files that somebody else may have written: what they are is looked at before they are read. */
import { closeSync, openSync, readSync, statSync, type Stats } from "node:fs";
import { KIB, MIB } from "../facts/units";
import { TrustProblem } from "./problem";

/** A record of three clouds and all regions is less than one MiB. */
const MOST_BYTES = 64 * MIB;
const PART = 64 * KIB;

interface Reading {
  /** What it may have at most. */
  readonly mostBytes?: number;
  /** What to do where it cannot be read. */
  readonly cure?: string;
}

/**
 * A record, a key or a list, as text. A pipe is read only where the shell made it (`--key <(…)`): one that lies in a folder
 * of records may have nobody at its other end, and a device has no end at all.
 *
 * @throws {TrustProblem} it is not there, may not be read, is no file, or is far too large
 */
export function readText(file: string, how?: Reading): string {
  return readBytes(file, how).toString("utf8");
}

/** {@link readText}, as bytes. */
export function readBytes(file: string, how: Reading = {}): Buffer {
  const { mostBytes = MOST_BYTES, cure = "check the path" } = how;
  const refused = (reason: string) => new TrustProblem(`${file}: ${reason}; ${cure}`);
  const tooLarge = `has more than ${mostBytes} bytes, too many for what it should be`;
  try {
    const found = statSync(file);
    const isPipeOfTheShell = found.isFIFO() && /^\/(dev|proc\/self)\/fd\/\d+$|^\/dev\/stdin$/.test(file);
    if (!found.isFile() && !isPipeOfTheShell) throw refused(`is ${kindOf(found)}, and a file is needed`);
    const bytes = found.size > mostBytes ? undefined : readBounded(file, mostBytes);
    if (bytes === undefined) throw refused(tooLarge);
    return bytes;
  } catch (error) {
    if (error instanceof TrustProblem) throw error;
    throw refused(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  return found.isFIFO() ? "a pipe" : "a device or a socket";
}

/** `undefined`: it has more. */
function readBounded(file: string, mostBytes: number): Buffer | undefined {
  const handle = openSync(file, "r");
  try {
    const parts: Buffer[] = [];
    for (let total = 0; total <= mostBytes;) {
      const part = Buffer.alloc(PART);
      const count = readSync(handle, part);
      if (count === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, count));
      total += count;
    }
    return undefined;
  } finally {
    closeSync(handle);
  }
}
