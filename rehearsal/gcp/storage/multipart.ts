import { MIB } from "../../../facts/units";
import { invalid } from "../errors";

/**
 * Parses a `multipart/related` body as a stream: first a JSON part, then the media.
 * https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
export async function readMultipart(
  body: AsyncIterable<Buffer>,
  contentType: string,
): Promise<{ json: string; mediaType: string | undefined; media: AsyncGenerator<Buffer> }> {
  const boundary = /^multipart\/related;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined)
    throw invalid("A multipart upload needs the content type multipart/related with a boundary.");
  const source = new DelimitedReader(body);
  await source.whole(`--${boundary}`);
  const delimiter = `\r\n--${boundary}`;
  await source.whole("\r\n\r\n");
  const json = await source.whole(delimiter);
  const headers = await source.whole("\r\n\r\n");
  const mediaType = /^content-type:\s*(.+?)\s*$/im.exec(headers)?.[1];
  return { json, mediaType, media: source.until(delimiter) };
}

/** Longest part read as text. */
const TEXT_LIMIT = 2 * MIB;

class DelimitedReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  async whole(delimiter: string): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of this.until(delimiter)) {
      parts.push(part);
      if ((length += part.length) > TEXT_LIMIT) throw invalid("A part of the multipart body is too long.");
    }
    return Buffer.concat(parts).toString("utf8");
  }

  /** The bytes before the delimiter, which is consumed. */
  async *until(delimiter: string): AsyncGenerator<Buffer> {
    const mark = Buffer.from(delimiter);
    for (;;) {
      const at = this.rest.indexOf(mark);
      if (at >= 0) {
        yield this.rest.subarray(0, at);
        this.rest = this.rest.subarray(at + mark.length);
        return;
      }
      const safe = Math.max(0, this.rest.length - mark.length + 1);
      if (safe > 0) yield this.rest.subarray(0, safe);
      const next = await this.chunks.next();
      if (next.done) throw invalid("The multipart body ends before its closing boundary.");
      this.rest = Buffer.concat([this.rest.subarray(safe), next.value]);
    }
  }
}
