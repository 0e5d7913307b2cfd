/**
 * State for resuming an interrupted upload: the session, and the running checksum at each chunk's end. The archive is
 * created again from the disk and skipped up to Google's offset; the checksums show whether it is the same archive
 * (another version of zlib may compress differently). A lost file only costs a new upload.
 */
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cache";
import { writeWhole } from "../write-whole";
import { type ObjectPlace, showObject } from "./api/objects";

export class UploadJournal {
  private constructor(
    private readonly path: string,
    /** The session's URL; absent if there is nothing to resume. */
    readonly url: string | undefined,
    private readonly marks: ReadonlyMap<number, number>,
  ) {}

  static open(place: ObjectPlace, folder = cacheFolder("uploads")): UploadJournal {
    const name = createHash("sha256").update(showObject(place)).digest("hex").slice(0, 40);
    const path = join(folder, `gcs.${name}`);
    try {
      // A last line without its end was cut short by a kill or a full disk.
      const [url, ...lines] = readFileSync(path, "utf8").split("\n").slice(0, -1);
      const marks = lines.flatMap((line) => {
        const match = /^(\d+) (\d+)$/.exec(line);
        return match ? [[Number(match[1]), Number(match[2])] as const] : [];
      });
      return new UploadJournal(path, url, new Map(marks));
    } catch {
      return new UploadJournal(path, undefined, new Map());
    }
  }

  begin(url: string): void {
    this.quietly(() => {
      // A partly written URL would be used to resume.
      rmSync(this.path, { force: true });
      writeWhole(this.path, `${url}\n`, 0o600);
    });
  }

  /** The chunk that ends at `offset` is about to be sent; `crc` covers everything before `offset`. */
  mark(offset: number, crc: number): void {
    this.quietly(() => appendFileSync(this.path, `${offset} ${crc}\n`));
  }

  /** False if the bytes sent up to `offset` were of another archive; `undefined` if unknown. */
  agrees(offset: number, crc: number): boolean | undefined {
    const known = this.marks.get(offset);
    return known === undefined ? undefined : known === crc;
  }

  remove(): void {
    this.quietly(() => rmSync(this.path, { force: true }));
  }

  private quietly(work: () => void): void {
    try {
      work();
    } catch {
      // A lost journal is allowed.
    }
  }
}
