/**
 * What is needed to go on with an interrupted upload: the session, and the running checksum at each chunk's end. The
 * archive is made again from the disk and skipped up to where Google is; the checksums tell whether it is the same
 * archive (another version of zlib may compress otherwise). A lost file costs a new upload, nothing else.
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
    /** The session's URL; absent when there is nothing to go on with. */
    readonly url: string | undefined,
    private readonly marks: ReadonlyMap<number, number>,
  ) {}

  static open(place: ObjectPlace, folder = cacheFolder("uploads")): UploadJournal {
    const name = createHash("sha256").update(showObject(place)).digest("hex").slice(0, 40);
    const path = join(folder, `gcs.${name}`);
    try {
      const [url, ...lines] = readFileSync(path, "utf8").split("\n");
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
      // Half a URL would be gone on with.
      rmSync(this.path, { force: true });
      writeWhole(this.path, `${url}\n`, 0o600);
    });
  }

  /** The chunk that ends at `offset` is about to be sent; `crc` is over everything before. */
  mark(offset: number, crc: number): void {
    this.quietly(() => appendFileSync(this.path, `${offset} ${crc}\n`));
  }

  /** False when what was sent up to `offset` was another archive; `undefined` when nothing is known of it. */
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
      // Lost, which is allowed.
    }
  }
}
