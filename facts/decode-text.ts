import { nameInShell } from "./shell";

/** Encoding of a text: UTF-8 is taken, everything else is named with the command that makes it UTF-8. */

/** The text; or, as a predicate, what is wrong with it, and the cure. */
export type Decoded = { readonly text: string } | { readonly reason: string; readonly cure: string };

/**
 * Decodes UTF-8, with or without a byte order mark, which is left out.
 *
 * @param file as the user knows it, for the command
 */
export function decodeText(bytes: Buffer, file: string): Decoded {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return foreign(utf16, file);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return hasMultibyte(bytes) ? broken(bytes, file) : foreign(singleByte(bytes), file);
  }
}

interface Encoding {
  /** For people. */
  readonly name: string;
  /** As iconv calls it. */
  readonly iconv: string;
}

/** By its byte order mark; without one, by the zero byte of a first character that is ASCII, as of YAML, JSON and PEM. */
function utf16Of(bytes: Buffer): Encoding | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { name: "UTF-16 (little-endian)", iconv: "UTF-16" };
  if (first === 0xfe && second === 0xff) return { name: "UTF-16 (big-endian)", iconv: "UTF-16" };
  if (first === 0 && second) return { name: "UTF-16 (big-endian)", iconv: "UTF-16BE" };
  return first && second === 0 ? { name: "UTF-16 (little-endian)", iconv: "UTF-16LE" } : undefined;
}

/** Windows-1252 has characters where ISO 8859-1 has control codes, 0x80 to 0x9f. */
function singleByte(bytes: Buffer): Encoding {
  return bytes.some((byte) => byte >= 0x80 && byte <= 0x9f)
    ? { name: "Windows-1252", iconv: "WINDOWS-1252" }
    : { name: "ISO 8859-1 (latin-1)", iconv: "ISO-8859-1" };
}

function foreign({ name, iconv }: Encoding, file: string): Decoded {
  return {
    reason: `is not UTF-8, and looks like ${name}`,
    cure: `make it UTF-8: iconv -f ${iconv} -t UTF-8 ${nameInShell(file)} > new && mv new ${nameInShell(file)}`,
  };
}

function broken(bytes: Buffer, file: string): Decoded {
  return {
    reason: `is UTF-8 with bytes that are none, first in line ${firstBrokenLine(bytes)}`,
    cure: `write that line again, or leave such bytes out: iconv -c -f UTF-8 -t UTF-8 ${nameInShell(file)} > new && mv new ${nameInShell(file)}`,
  };
}

/** True if there is a character of several bytes: two of them by chance are rare in a text of single bytes. */
function hasMultibyte(bytes: Buffer): boolean {
  return /[^\x00-\x7f\ufffd]/.test(bytes.toString("utf8"));
}

function firstBrokenLine(bytes: Buffer): number {
  return bytes.toString("utf8").split("\ufffd", 1)[0]!.split("\n").length;
}
