import type { Readable } from "node:stream";
import { MIB } from "../../../facts/units";
import { GoogleError } from "../errors";

/** Longest accepted JSON body; an image's secure-boot keys are the largest content. */
const LIMIT = 2 * MIB;

/** The whole body as text. */
export async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LIMIT)
      throw new GoogleError(413, "uploadTooLarge", "Request payload size exceeds the limit.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
