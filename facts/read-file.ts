/**
 * Reads a file named by a user, a setting or another file; its kind is checked before reading. A pipe may have no
 * writer, and a device no end.
 */
import { closeSync, openSync, readSync, statSync, type Stats } from "node:fs";
import { decodeText } from "./decode-text";
import { KIB, MIB } from "./units";

/** A record of three clouds and all regions, or a stack file with a hundred releases, is below one MiB. */
const MOST_BYTES = 64 * MIB;
const PART = 64 * KIB;

/** The file is missing, unreadable, not a file, or far too large. */
export class UnreadableFile extends Error {
  override name = "UnreadableFile";

  constructor(
    /** As a predicate: "is a pipe, and a file is needed". */
    readonly reason: string,
    { file, cure }: { file: string; cure: string },
    /** The system's code, e.g. `ENOENT`. */
    readonly code?: string,
  ) {
    super(`${file}: ${reason}; ${cure}`);
  }
}

/** The file is there, and its text is in another encoding than UTF-8. */
export class NotUtf8 extends UnreadableFile {
  override name = "NotUtf8";

  constructor(
    file: string,
    reason: string,
    /** With the command that makes it UTF-8. */
    readonly cure: string,
  ) {
    super(reason, { file, cure });
  }
}

export interface Reading {
  /** Maximum size in bytes. */
  readonly mostBytes?: number;
  /** The cure if it cannot be read. */
  readonly cure?: string;
  /** The file as the user knows it. */
  readonly shown?: string;
}

/**
 * As text, without a byte order mark. A pipe is read only if created by the shell (`--key <(…)`): one in a folder may have
 * no writer.
 *
 * @throws {UnreadableFile} missing, unreadable, not a file, or far too large
 * @throws {NotUtf8}
 */
export function readText(file: string, how: Reading = {}): string {
  const { shown = file } = how;
  const decoded = decodeText(readBytes(file, how), shown);
  if ("text" in decoded) return decoded.text;
  throw new NotUtf8(shown, decoded.reason, decoded.cure);
}

/** Like {@link readText}, as bytes. */
export function readBytes(file: string, how: Reading = {}): Buffer {
  const { mostBytes = MOST_BYTES, cure = "check the path", shown = file } = how;
  const refused = (reason: string, code?: string) => new UnreadableFile(reason, { file: shown, cure }, code);
  try {
    const found = statSync(file);
    const isPipeOfTheShell = found.isFIFO() && /^\/(dev|proc\/self)\/fd\/\d+$|^\/dev\/stdin$/.test(file);
    if (!found.isFile() && !isPipeOfTheShell)
      throw refused(`is ${kindOf(found)}, and a file is needed`, found.isDirectory() ? "EISDIR" : undefined);
    const bytes = found.size > mostBytes ? undefined : readBounded(file, mostBytes);
    if (bytes === undefined)
      throw refused(`has more than ${mostBytes} bytes, too many for what it should be`);
    return bytes;
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refused(`cannot be read (${code ?? String(error)})`, code);
  }
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  return found.isFIFO() ? "a pipe" : "a device or a socket";
}

/** `undefined`: larger than that. */
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
