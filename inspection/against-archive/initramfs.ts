import { gunzipSync } from "node:zlib";
import { KIB, MIB } from "../../facts/units";
import { NotInspectable } from "../tree";
import { type CpioMember, readCpio } from "./cpio";

/** Bytes of the file, and of what it unpacks to: a desktop's, with all firmware, has 500 MB. */
const LARGEST_FILE = 512 * MIB;
const MOST_UNPACKED = 2048 * MIB;
/** Archives in one file: early microcode, and the rest. */
const MOST_ARCHIVES = 16;

/** Compressions by the first bytes, as the kernel tells them apart (lib/decompress.c, 6.1). */
const GZIP = "1f8b";
const ZSTD = "28b52ffd";
const OTHERS: Readonly<Record<string, string>> = {
  fd377a58: "xz",
  "02214c18": "LZ4",
  "5d000000": "LZMA",
  "425a68": "bzip2",
  "894c5a4f": "LZO",
};

/**
 * Members of every archive of an initramfs: cpio archives one after the other, the first ones (early microcode) as they
 * are, the last one compressed.
 *
 * @throws {NotInspectable} for a compression that is not read here, and for more than the limits above
 */
export function initramfsMembers(bytes: Buffer, name: string): CpioMember[] {
  if (bytes.length > LARGEST_FILE) throw new NotInspectable(`${name}: more than ${LARGEST_FILE} bytes`);
  const all: CpioMember[] = [];
  let rest = bytes;
  for (let archives = 0; rest.length > 0; archives++) {
    if (archives === MOST_ARCHIVES) throw new NotInspectable(`${name}: more than ${MOST_ARCHIVES} archives`);
    const isPlain = /^07070[12]$/.test(rest.toString("latin1", 0, 6));
    const { members, end } = readCpio(isPlain ? rest : unpacked(rest, name), name);
    all.push(...members);
    // What is compressed reaches to the end.
    rest = isPlain ? rest.subarray(end) : Buffer.alloc(0);
  }
  return all;
}

function unpacked(bytes: Buffer, name: string): Buffer {
  const start = bytes.toString("hex", 0, 4);
  try {
    if (start.startsWith(GZIP)) return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED });
    if (start === ZSTD) return unzstd(bytes, name);
  } catch (error) {
    if (error instanceof NotInspectable) throw error;
    throw new NotInspectable(`${name}: damaged (${(error as Error).message})`);
  }
  const other = Object.entries(OTHERS).find(([magic]) => start.startsWith(magic))?.[1];
  throw new NotInspectable(
    `${name}: compressed with ${other ?? "what is not known"}, which is not read here: set COMPRESS=zstd or gzip in /etc/initramfs-tools/initramfs.conf and build it again`,
  );
}

/** Pieces of one KiB: a block of 4 bytes may stand for 128 KiB (RFC 8878, 3.1.1.2). */
const PIECE = KIB;

function unzstd(bytes: Buffer, name: string): Buffer {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when used
  const { Decompress } = require("fzstd") as typeof import("fzstd");
  const parts: Uint8Array[] = [];
  let total = 0;
  const decoder = new Decompress((part) => {
    parts.push(part);
    total += part.length;
  });
  for (let at = 0; at < bytes.length; at += PIECE) {
    decoder.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
    if (total > MOST_UNPACKED)
      throw new NotInspectable(`${name}: unpacked it has more than ${MOST_UNPACKED} bytes`);
  }
  return Buffer.concat(parts);
}
