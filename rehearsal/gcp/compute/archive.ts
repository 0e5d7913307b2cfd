import { createGunzip } from "node:zlib";
import { pipeline, type Readable } from "node:stream";
import { GIB, KIB, SECTOR } from "../../../facts/units";

/** Compute Engine's refusal of an image archive; messages as reported by users (links at each). */
export class ArchiveRefusal extends Error {
  override name = "ArchiveRefusal";
}

/** Receives the disk's bytes in ascending order; what is not written is a hole. */
export interface DiskSink {
  write(offset: number, bytes: Buffer): void;
}

/** https://cloud.google.com/compute/docs/import/import-existing-image#requirements_for_the_image_file */
const SIZE_UNIT = GIB;
const MEMBER = "disk.raw";

/** One run of bytes in the archive. */
interface Segment {
  offset: number;
  length: number;
}

/**
 * Reads a gzip'd tar archive like Compute Engine and passes its disk on. Strict about all known refusals; unbuffered,
 * so the archive may be of any size.
 *
 * @returns the size of the disk in bytes
 * @throws ArchiveRefusal
 */
export async function readArchive(archive: Readable, sink: DiskSink): Promise<number> {
  const gunzip = createGunzip({ chunkSize: 256 * KIB });
  // Errors of either stream surface in the iteration below.
  pipeline(archive, gunzip, () => undefined);
  const reader = new Reader(gunzip);
  try {
    const size = await readMember(reader, sink);
    await expectEnd(reader);
    return size;
  } catch (error) {
    if (error instanceof ArchiveRefusal) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "";
    // Not gzip, truncated, or with a wrong checksum.
    if (code.startsWith("Z_")) throw notAnImage();
    throw error;
  } finally {
    gunzip.destroy();
    archive.destroy();
  }
}

/** google/netbsd-gce pull 4, openshift-ansible-contrib issue 137. */
function notAnImage(why?: string): ArchiveRefusal {
  return new ArchiveRefusal(["The tar archive is not a valid image.", why].filter(Boolean).join(" "));
}

async function readMember(reader: Reader, sink: DiskSink): Promise<number> {
  const header = await reader.exactly(SECTOR);
  const magic = header.toString("latin1", 257, 265);
  if (!hasValidChecksum(header)) throw notAnImage();
  if (magic !== "ustar  \0") {
    // nix-community/nixos-generators issue 221; e.g. POSIX (pax, ustar) and v7 archives.
    throw new ArchiveRefusal(
      "The tar archive format is not supported. Supported formats are: GNU and OLDGNU.",
    );
  }
  const name = text(header.subarray(0, 100));
  if (name !== MEMBER) {
    // lf-edge/eve pull 1289; the doubled quotes are Google's.
    throw new ArchiveRefusal(
      `The file inside the tar archive was named ''${name}''. It should be named ''${MEMBER}''.`,
    );
  }
  const type = String.fromCharCode(header[156] ?? 0);
  const stored = number(header, 124, 12);
  let size = stored;
  let segments: Segment[] = [{ offset: 0, length: stored }];
  if (type === "S") {
    size = number(header, 483, 12);
    segments = await sparseMap(header, reader);
  } else if (type !== "0" && type !== "\0") {
    throw notAnImage();
  }
  if (size === 0 || size % SIZE_UNIT !== 0) {
    throw notAnImage(
      `The size of ${MEMBER}, ${size} bytes, is not a multiple of 1 GiB (${SIZE_UNIT} bytes).`,
    );
  }
  checkSegments(segments, size, stored);
  for (const { offset, length } of segments) {
    for (let done = 0; done < length;) {
      const bytes = await reader.some(length - done);
      sink.write(offset + done, bytes);
      done += bytes.length;
    }
  }
  await reader.exactly((SECTOR - (stored % SECTOR)) % SECTOR);
  return size;
}

/** The old GNU sparse map: four entries in the header, then 21 in each extension sector. */
async function sparseMap(header: Buffer, reader: Reader): Promise<Segment[]> {
  const segments: Segment[] = [];
  const collect = (sector: Buffer, from: number, count: number) => {
    for (let entry = 0; entry < count; entry++) {
      const at = from + entry * 24;
      if (sector[at] === 0) return;
      segments.push({ offset: number(sector, at, 12), length: number(sector, at + 12, 12) });
    }
  };
  collect(header, 386, 4);
  for (let more = header[482] !== 0; more;) {
    const sector = await reader.exactly(SECTOR);
    collect(sector, 0, 21);
    more = sector[504] !== 0;
  }
  return segments;
}

function checkSegments(segments: readonly Segment[], size: number, stored: number): void {
  let end = 0;
  let total = 0;
  for (const { offset, length } of segments) {
    if (offset < end || offset + length > size) throw notAnImage("Its sparse map is not in order.");
    end = offset + length;
    total += length;
  }
  if (total !== stored) throw notAnImage("Its sparse map does not fit the size of the member.");
}

/** After the only member: two zero sectors, then nothing but zeros (tar fills its last record). */
async function expectEnd(reader: Reader): Promise<void> {
  const ending = await reader.exactly(2 * SECTOR);
  if (ending.some((byte) => byte !== 0)) throw notAnImage(`It holds more than the one file ${MEMBER}.`);
  for (let rest = await reader.upTo(SECTOR); rest.length > 0; rest = await reader.upTo(SECTOR)) {
    if (rest.some((byte) => byte !== 0)) throw notAnImage("It goes on after its end mark.");
  }
}

function hasValidChecksum(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < SECTOR; at++) sum += at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
  return parseInt(text(header.subarray(148, 156)), 8) === sum;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end).trim();
}

/** Octal text, or the GNU extension for large values: first bit set, then a big-endian number. */
function number(sector: Buffer, at: number, length: number): number {
  if (((sector[at] ?? 0) & 0x80) !== 0) return Number(sector.readBigUInt64BE(at + length - 8));
  const digits = text(sector.subarray(at, at + length));
  if (!/^[0-7]+$/.test(digits)) throw notAnImage();
  return parseInt(digits, 8);
}

/** Reads exact numbers of bytes from a stream of chunks. */
class Reader {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Between 1 and `limit` bytes, as available. */
  async some(limit: number): Promise<Buffer> {
    if (this.rest.length === 0 && !(await this.fill())) throw notAnImage("It ends too early.");
    const bytes = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(bytes.length);
    return bytes;
  }

  /** `count` bytes, fewer at the end of the stream. */
  async upTo(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0 && (this.rest.length > 0 || (await this.fill()))) {
      const bytes = await this.some(missing);
      parts.push(bytes);
      missing -= bytes.length;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  async exactly(count: number): Promise<Buffer> {
    const bytes = await this.upTo(count);
    if (bytes.length < count) throw notAnImage("It ends too early.");
    return bytes;
  }

  private async fill(): Promise<boolean> {
    for (;;) {
      const next = await this.chunks.next();
      if (next.done) return false;
      if (next.value.length === 0) continue;
      this.rest = next.value;
      return true;
    }
  }
}
