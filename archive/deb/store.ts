import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { readBytes, UnreadableFile } from "../../facts/read-file";
import { GIB } from "../../facts/units";
import type { ArchivePackage } from "../packages";
import type { Place } from "../place";
import { ArchiveProblem } from "../problem";
import { type DebContents, readDeb } from "./contents";

/** Incremented when {@link DebContents} changes: what was kept before is made again from the .deb. */
const VERSION = 1;
/** Debian's largest package has 2 GB (2026-11); it is read as a whole. */
const MOST_BYTES = 3 * GIB;

/** A package of a signed index, and where its archive is. */
export interface SignedPackage {
  readonly entry: ArchivePackage;
  /** In this order. */
  readonly places: readonly Place[];
}

/**
 * Contents of packages, from their archive or from a folder on this machine: each .deb, and what it holds, under its
 * SHA-256. A .deb is compared with the signed digest whenever it is read; what it holds, with a digest of its own, so
 * that a file which was cut off is made again. The folder is trusted as the program's own files are.
 */
export class DebStore {
  constructor(private readonly folder: string) {}

  /**
   * @throws {ArchiveProblem} when no place has the .deb, or one has another than the signed index names
   */
  async contentsOf({ entry, places }: SignedPackage): Promise<DebContents> {
    const kept = this.keptContents(entry.sha256);
    if (kept) return kept;
    const deb = await this.debOf({ entry, places });
    const contents = await readDeb(deb, nameOf(entry));
    const text = JSON.stringify(contents);
    this.keep(this.contentsFile(entry.sha256), `${digestOf(text)}\n${text}`);
    return contents;
  }

  /**
   * @throws {ArchiveProblem} when no place has the .deb, or one has another than the signed index names
   */
  async debOf({ entry, places }: SignedPackage): Promise<Buffer> {
    return this.keptDeb(entry) ?? (await this.fetch(entry, places));
  }

  private contentsFile(sha256: string): string {
    return join(this.folder, `${sha256}.contents-${VERSION}.json`);
  }

  private keptContents(sha256: string): DebContents | undefined {
    const file = this.contentsFile(sha256);
    if (!existsSync(file)) return undefined;
    const kept = read(file)?.toString("utf8") ?? "";
    const end = kept.indexOf("\n");
    const text = kept.slice(end + 1);
    return digestOf(text) === kept.slice(0, end) ? (JSON.parse(text) as DebContents) : undefined;
  }

  private keptDeb({ sha256, size }: ArchivePackage): Buffer | undefined {
    const file = join(this.folder, `${sha256}.deb`);
    const bytes = existsSync(file) ? read(file) : undefined;
    return bytes?.length === size && digestOf(bytes) === sha256 ? bytes : undefined;
  }

  private async fetch(entry: ArchivePackage, places: readonly Place[]): Promise<Buffer> {
    const { filename, size, sha256 } = entry;
    if (
      !/^[0-9a-f]{64}$/.test(sha256) ||
      !(size > 0 && size <= MOST_BYTES) ||
      filename.split("/").includes("..")
    )
      throw new ArchiveProblem(
        `${nameOf(entry)}: the index names no SHA-256, no path below the archive, or a size of ${size} bytes; needed: all three, and at most ${MOST_BYTES} bytes: report it to the archive`,
      );
    let wrong: string | undefined;
    for (const place of places) {
      // A folder of packages, as apt's own, has no pool; apt writes the colon of an epoch as %3a.
      for (const path of [filename, posix.basename(filename)]) {
        const bytes = await place.read(path, size).catch((error: unknown) => {
          if (!(error instanceof ArchiveProblem)) throw error;
          wrong ??= error.message;
          return undefined;
        });
        if (!bytes) continue;
        if (bytes.length === size && digestOf(bytes) === sha256) {
          this.keep(join(this.folder, `${sha256}.deb`), bytes);
          return bytes;
        }
        const given = bytes.length === size ? "another digest" : `${bytes.length} bytes`;
        wrong ??= `${place.name}/${path}: not the package that the signed index names: it has ${given}, needed: ${size} bytes, SHA-256 ${sha256}; use another mirror with --archive`;
      }
    }
    const where = places.map(({ name }) => name).join(" and ");
    throw new ArchiveProblem(
      wrong ??
        `${where}: no ${filename}, which the signed index names; the mirror is not complete: name another one too with --archive`,
    );
  }

  private keep(file: string, content: Buffer | string): void {
    const unfinished = `${file}.${randomUUID()}`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(unfinished, content, { mode: 0o600 });
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw new ArchiveProblem(
        `${this.folder}: packages cannot be kept there (${(error as NodeJS.ErrnoException).code ?? String(error)}); make room, or set XDG_CACHE_HOME to a folder that can be written`,
      );
    }
  }
}

function read(file: string): Buffer | undefined {
  try {
    return readBytes(file, { mostBytes: MOST_BYTES });
  } catch (error) {
    if (error instanceof UnreadableFile) return undefined;
    throw error;
  }
}

function nameOf({ name, version, architecture }: ArchivePackage): string {
  return `${name}_${version}_${architecture}.deb`;
}

function digestOf(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}
