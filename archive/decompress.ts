import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ArchiveProblem } from "./problem";

/** Compressions of an index by the end of its name, in order of preference; `""`: none. */
export const COMPRESSIONS = [".xz", ".gz", ""] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/**
 * The content of an index as a stream.
 *
 * @param mostBytes maximum size of the content
 * @throws {ArchiveProblem} in the stream, for content that is damaged or larger
 */
export async function* decompress(
  bytes: Buffer,
  how: Compression,
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

function streamOf(bytes: Buffer, how: Compression): AsyncIterable<Uint8Array> {
  if (how === "") return Readable.from([bytes]);
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
