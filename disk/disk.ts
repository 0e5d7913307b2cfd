import { constants } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { SECTOR } from "../facts/units";
import { foreignFormat } from "./containers";
import { GRANULE } from "./extent";
import { dataRanges, type Range } from "./holes";
import { DiskProblem, OddSize } from "./problem";

interface OpenOptions {
  /** The file as named by the user, for messages. Default: the path. */
  name?: string;
  /** False: holes are not detected, everything is read. All readers give the same result. */
  findHoles?: boolean;
  /** True: block devices are accepted too (`/dev/nvme1n1`). Linux reports their size. */
  devices?: boolean;
}

/** A raw disk image, open for reading. The opener calls {@link Disk.assertUnchanged} and then closes it. */
export class Disk {
  private constructor(
    readonly path: string,
    /** Name as the user knows it. */
    readonly name: string,
    /** Bytes, a multiple of {@link SECTOR}. */
    readonly size: number,
    private readonly file: FileHandle,
    /** `undefined` for a device, which has no modification time of its content. */
    private readonly version: string | undefined,
    private readonly findHoles: boolean,
  ) {}

  /** @throws {DiskProblem} missing, unreadable, not a regular file, empty, or not a multiple of the sector size */
  static async open(
    path: string,
    { name = path, findHoles = true, devices = false }: OpenOptions = {},
  ): Promise<Disk> {
    const file = await openFile(path, name);
    try {
      const stat = await file.stat({ bigint: true });
      if (devices && stat.isBlockDevice()) {
        const size = await deviceSize(name, stat.rdev);
        return new Disk(path, name, size, file, undefined, false);
      }
      const size = Number(stat.size);
      if (!stat.isFile()) {
        const kind = stat.isDirectory() ? "a folder" : "not a regular file";
        throw new DiskProblem(
          name,
          `this is ${kind}, and a raw disk image is one file`,
          "Name the .raw file",
        );
      }
      if (size === 0) throw new DiskProblem(name, "the file is empty", "Build the disk again");
      if (size % SECTOR !== 0) {
        const read = async (at: number, length: number) => {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
          return buffer.subarray(0, bytesRead);
        };
        const known = await foreignFormat(read, size, name);
        throw known ? new DiskProblem(name, known.what, known.cure) : new OddSize(name, size, SECTOR);
      }
      return new Disk(path, name, size, file, versionOf(stat), findHoles);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * The ranges of possible data, rounded to {@link GRANULE}, sorted and disjoint. Everything between reads as zeros.
   */
  *dataRanges(from = 0, to = this.size): Generator<Range> {
    if (!this.findHoles) {
      if (from < to) yield { start: from, end: to };
      return;
    }
    let open: Range | undefined;
    for (const { start, end } of dataRanges(this.file.fd, from, to)) {
      const rounded = {
        start: Math.max(from, Math.floor(start / GRANULE) * GRANULE),
        end: Math.min(to, Math.ceil(end / GRANULE) * GRANULE),
      };
      if (open && rounded.start <= open.end) open.end = rounded.end;
      else {
        if (open) yield open;
        open = rounded;
      }
    }
    if (open) yield open;
  }

  /** For worker threads, which read through it. */
  get descriptor(): number {
    return this.file.fd;
  }

  /**
   * Fills the buffers in order, from `position` on.
   *
   * @throws {DiskProblem} when the file ends before
   */
  async read(position: number, ...buffers: Buffer[]): Promise<void> {
    let rest = buffers;
    while (rest.length > 0) {
      const { bytesRead } = await this.file.readv(rest, position);
      if (bytesRead === 0) throw this.changed("it became shorter");
      position += bytesRead;
      rest = without(rest, bytesRead);
    }
  }

  /** `length` bytes at `position`, fewer at the end of the disk. For tables and headers. */
  async bytes(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, this.size - position)));
    if (buffer.length > 0) await this.read(position, buffer);
    return buffer;
  }

  /**
   * @throws {DiskProblem} when the file was written to since it was opened: the bytes read belong to no single state
   */
  async assertUnchanged(): Promise<void> {
    if (this.version === undefined) return;
    const stat = await this.file.stat({ bigint: true });
    if (Number(stat.size) !== this.size) throw this.changed(`${this.size} bytes became ${stat.size}`);
    if (versionOf(stat) !== this.version) throw this.changed("it was written to");
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private changed(how: string): DiskProblem {
    return new DiskProblem(
      this.name,
      `the file changed while it was read (${how})`,
      "Wait until whatever writes it has ended, and run this again",
    );
  }
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    // Non-blocking: opening a FIFO would otherwise wait for a writer.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new DiskProblem(name, "there is no such file", "Check the path", { cause: error });
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new DiskProblem(name, "the file may not be read", "Give yourself read permission (chmod u+r)", {
        cause: error,
      });
    }
    throw new DiskProblem(
      name,
      `the file cannot be opened (${code})`,
      "Check the path and the storage under it",
      {
        cause: error,
      },
    );
  }
}

/**
 * Bytes of a block device: sysfs counts in 512-byte units whatever the sector size (Linux, Documentation/ABI, stat).
 */
async function deviceSize(name: string, rdev: bigint): Promise<number> {
  // Encoding of glibc's makedev(3).
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn);
  try {
    return Number(await readFile(`/sys/dev/block/${major}:${minor}/size`, "utf8")) * SECTOR;
  } catch (error) {
    throw new DiskProblem(
      name,
      "this is a block device, and only Linux tells its size",
      "Copy it to a file with dd and name that",
      { cause: error },
    );
  }
}

/**
 * Changes with every write. Excludes the access time, which reading changes, and the change time, which chmod
 * changes.
 */
function versionOf({ size, mtimeNs, ino }: { size: bigint; mtimeNs: bigint; ino: bigint }): string {
  return `${ino}:${size}:${mtimeNs}`;
}

/** The buffers after their first `count` bytes. */
function without(buffers: Buffer[], count: number): Buffer[] {
  const [first, ...rest] = buffers;
  if (!first) return [];
  return count < first.length ? [first.subarray(count), ...rest] : without(rest, count - first.length);
}
