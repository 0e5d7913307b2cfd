import { spawnSync } from "node:child_process";
import { inflateRawSync } from "node:zlib";
import { programPath } from "../../facts/programs";
import { KIB, MIB } from "../../facts/units";
import { NotInspectable } from "../tree";

interface Unpacked {
  readonly content: Buffer;
  /** Where what is compressed ends. */
  readonly end: number;
}

interface Limits {
  /** For messages. */
  readonly name: string;
  readonly mostBytes: number;
}

interface Packed {
  readonly magic: string;
  readonly program: string;
  readonly args: string[];
  readonly package: string;
  /** True for what program and kernel read in two ways. */
  readonly isOdd?: (bytes: Buffer) => boolean;
}

/** Compressions by the first bytes, as the kernel tells them apart (lib/decompress.c, 6.1). */
const GZIP = "1f8b";
const ZSTD = "28b52ffd";
/** Those that a program unpacks: no library without a build of its own reads them in one call (npm, 2026-11). */
const BY_PROGRAM: readonly Packed[] = [
  { magic: "fd377a58", program: "xz", args: ["-dc"], package: "xz-utils" },
  { magic: "5d0000", program: "xz", args: ["--format=lzma", "-dc"], package: "xz-utils" },
  { magic: "02214c18", program: "lz4", args: ["-dc"], package: "lz4" },
  { magic: "425a68", program: "bzip2", args: ["-dc"], package: "bzip2" },
  { magic: "894c5a4f", program: "lzop", args: ["-dc"], package: "lzop", isOdd: isOddLzo },
];
/** Milliseconds for one file: a desktop's takes a few seconds. */
const TIME_LIMIT = 120_000;

/**
 * The first compressed stream of `bytes`. What a program unpacks has to reach to their end: it says nothing of
 * where it stopped.
 *
 * @throws {NotInspectable} for what is damaged, unpacks to more than the limit, or is compressed in another way
 */
export function unpackFirst(bytes: Buffer, { name, mostBytes }: Limits): Unpacked {
  const start = bytes.toString("hex", 0, 4);
  try {
    if (start.startsWith(GZIP)) return gunzip(bytes, mostBytes);
    if (start === ZSTD) return unzstd(bytes, mostBytes);
  } catch (error) {
    throw new NotInspectable(`${name}: damaged, or too large (${(error as Error).message})`);
  }
  const how = BY_PROGRAM.find(({ magic }) => start.startsWith(magic));
  if (!how) throw new NotInspectable(`${name}: neither a cpio archive nor compressed as the kernel knows it`);
  if (how.isOdd?.(bytes))
    throw new NotInspectable(`${name}: a header that ${how.program} and the kernel read in two ways`);
  const program = programPath(how.program);
  if (program === undefined)
    throw new NotInspectable(
      `${name}: compressed, and there is no ${how.program} here to read it: install ${how.package}`,
    );
  const { status, stdout, stderr, error } = spawnSync(program, how.args, {
    input: bytes,
    maxBuffer: mostBytes,
    timeout: TIME_LIMIT,
    killSignal: "SIGKILL",
    stdio: ["pipe", "pipe", "pipe"],
  });
  const code = error && "code" in error ? String(error.code) : "";
  // Who leaves what is behind says so (bzip2, which exits with 0), or does not read it (EPIPE).
  if (status !== 0 || stderr.length > 0 || code !== "")
    throw new NotInspectable(
      `${name}: ${how.program} does not unpack it (${code || `exit ${status ?? "by a signal"}`}): it is damaged, too large, or has something behind it`,
    );
  return { content: stdout, end: bytes.length };
}

/** Flag of a name before what is compressed. */
const NAMED = 8;

/** RFC 1952: one member. The kernel knows none of the other fields of a header, and unpacks them (lib/decompress_inflate.c, 6.1). */
function gunzip(bytes: Buffer, mostBytes: number): Unpacked {
  const flags = bytes.readUInt8(3);
  if ((flags & ~NAMED) !== 0) throw new Error("a field of its header that the kernel does not read");
  const at = flags === NAMED ? bytes.indexOf(0, 10) + 1 : 10;
  const { buffer, engine } = inflateRawSync(bytes.subarray(at), {
    info: true,
    maxOutputLength: mostBytes,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  return { content: buffer, end: Math.min(bytes.length, at + engine.bytesWritten + 8) };
}

/** Of the header's flags those that change nothing behind it but the digests of blocks: lzop 1.04, conf.h. */
const LZO = { digests: 0x303, one: 0x1, strange: 0xc40 };

/** The kernel skips one digest for each block, and knows no more fields (lib/decompress_unlzo.c, 6.1). Before 0.94 the header was another. */
function isOddLzo(bytes: Buffer): boolean {
  const [version, flags] = [bytes.readUInt16BE(9), bytes.readUInt32BE(17)];
  return version < 0x940 || (flags & LZO.digests) !== LZO.one || (flags & LZO.strange) !== 0;
}

/** Pieces of one KiB: a block of 4 bytes may stand for 128 KiB (RFC 8878, 3.1.1.2). */
const PIECE = KIB;

function unzstd(all: Buffer, mostBytes: number): Unpacked {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when used
  const { Decompress } = require("fzstd") as typeof import("fzstd");
  const end = frameEnd(all);
  const bytes = all.subarray(0, end);
  const parts: Uint8Array[] = [];
  let total = 0;
  const decoder = new Decompress((part) => {
    parts.push(part);
    total += part.length;
  });
  for (let at = 0; at < bytes.length; at += PIECE) {
    decoder.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
    if (total > mostBytes) throw new Error(`more than ${mostBytes / MIB} MiB`);
  }
  return { content: Buffer.concat(parts), end };
}

/** Where a Zstandard frame ends: RFC 8878, 3.1.1. */
function frameEnd(bytes: Buffer): number {
  const descriptor = bytes.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let at = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + contentSize;
  for (let last = false; !last;) {
    const header = bytes.readUIntLE(at, 3);
    last = (header & 1) === 1;
    // A block of one repeated byte (RLE) has that byte only.
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
  }
  const end = at + ((descriptor & 4) === 0 ? 0 : 4);
  if (end > bytes.length) throw new Error("it is cut off");
  return end;
}
