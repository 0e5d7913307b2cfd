import { createHash, type Hash } from "node:crypto";
import fs from "node:fs";
import { MIB } from "../../../facts/units";
import { invalid } from "../errors";
import { crc32c, crc32cText } from "./crc32c";

/** Running checksums of an object's bytes. */
export class Checksums {
  private crc = 0;
  private readonly md5: Hash = createHash("md5");
  /** Bytes seen. */
  length = 0;

  update(data: Uint8Array): void {
    this.crc = crc32c(data, this.crc);
    this.md5.update(data);
    this.length += data.length;
  }

  /** Of a file's existing content: after a restart in the middle of an upload. */
  static async ofFile(file: string): Promise<Checksums> {
    const sums = new Checksums();
    for await (const chunk of fs.createReadStream(file, { highWaterMark: MIB })) sums.update(chunk as Buffer);
    return sums;
  }

  /** Both final checksums, base64. */
  finish(): { crc32c: string; md5Hash: string } {
    return { crc32c: crc32cText(this.crc), md5Hash: this.md5.digest("base64") };
  }
}

/** Checksums given by the client, from metadata fields or an `X-Goog-Hash` header. */
export interface ClaimedChecksums {
  crc32c?: string;
  md5Hash?: string;
}

/** Reads `X-Goog-Hash: crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ==`. */
export function parseHashHeader(header: string | string[] | undefined): ClaimedChecksums {
  const claimed: ClaimedChecksums = {};
  for (const part of [header ?? []].flat().join(",").split(",")) {
    const [name, ...value] = part.trim().split("=");
    if (name === "crc32c") claimed.crc32c = value.join("=");
    else if (name === "md5") claimed.md5Hash = value.join("=");
    else if (name) throw invalid(`Unsupported hash "${name}" in the X-Goog-Hash header.`);
  }
  return claimed;
}

/** Refuses bytes that do not match the client's checksums, in Cloud Storage's words. */
export function compareChecksums(
  claimed: ClaimedChecksums,
  found: { crc32c: string; md5Hash: string },
): void {
  if (claimed.crc32c !== undefined && claimed.crc32c !== found.crc32c) {
    throw invalid(`Provided CRC32C "${claimed.crc32c}" doesn't match calculated CRC32C "${found.crc32c}".`);
  }
  if (claimed.md5Hash !== undefined && claimed.md5Hash !== found.md5Hash) {
    throw invalid(
      `Provided MD5 hash "${claimed.md5Hash}" doesn't match calculated MD5 hash "${found.md5Hash}".`,
    );
  }
}
