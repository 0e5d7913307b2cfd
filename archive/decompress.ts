import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { KIB } from "../facts/units";
import { ArchiveProblem } from "./problem";

/** Compressions of an index by the end of its name, in order of preference; `""`: none. */
export const COMPRESSIONS = [".xz", ".gz", ""] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Bytes given to the Zstandard decoder at once: a block of 4 bytes may stand for 128 KiB (RFC 8878, 3.1.1.2). */
const ZSTD_PIECE = KIB;

/**
 * The content of an index, or of a member of a package, as a stream.
 *
 * @param mostBytes maximum size of the content
 * @throws {ArchiveProblem} in the stream, for content that is damaged or larger
 */
export async function* decompress(
  bytes: Buffer,
  how: Compression | ".zst",
  { name, mostBytes }: { name: string; mostBytes: number },
): AsyncGenerator<Uint8Array> {
  let total = 0;
  const content = streamOf(bytes, how)[Symbol.asyncIterator]();
  for (;;) {
    const part = await content.next().catch((error: unknown) => {
      throw new ArchiveProblem(
        `${name}: damaged (${(error as Error).message}), though its digest is the signed one; report it to the archive`,
      );
    });
    if (part.done) return;
    total += part.value.length;
    if (total > mostBytes) throw new ArchiveProblem(`${name}: unpacked it has more than ${mostBytes} bytes`);
    yield part.value;
  }
}

function streamOf(bytes: Buffer, how: Compression | ".zst"): AsyncIterable<Uint8Array> {
  if (how === "") return Readable.from([bytes]);
  if (how === ".zst") return unzstd(bytes);
  const packed = Readable.from([bytes]);
  if (how === ".gz") {
    const unpacked = createGunzip();
    packed.pipe(unpacked);
    return unpacked;
  }
  // WebAssembly: no build, and no xz program on the machine.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when used
  const { XzReadableStream } = require("xz-decompress") as typeof import("xz-decompress");
  return new XzReadableStream(Readable.toWeb(packed));
}

/** In JavaScript: Node has Zstandard from 22.15 on only. */
async function* unzstd(bytes: Buffer): AsyncGenerator<Uint8Array> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when used
  const { Decompress } = require("fzstd") as typeof import("fzstd");
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((part) => void ready.push(part));
  for (let at = 0; at < bytes.length; at += ZSTD_PIECE) {
    decoder.push(bytes.subarray(at, at + ZSTD_PIECE), at + ZSTD_PIECE >= bytes.length);
    yield* ready;
    ready = [];
  }
}
