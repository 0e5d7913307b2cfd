/** Bodies of requests and answers over `fetch`, without the copies that it makes by itself. */

/** Bytes of the parts together. */
export function bytesIn(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/**
 * `fetch` copies a buffer that it is given as a body, and keeps the copy until the answer is there; a stream of buffers it
 * passes on. Name the length in a header of its own, or the body is sent in chunks, which storage services refuse.
 */
export function requestBody(parts: readonly Buffer[]): RequestInit {
  if (bytesIn(parts) === 0) return { body: "" };
  return { body: ReadableStream.from(parts) as ReadableStream<Uint8Array>, duplex: "half" };
}

/** The answer's body, put together in memory of its announced length as it comes. */
export async function bytesOf(response: Response): Promise<Buffer> {
  const length = Number(response.headers.get("content-length") ?? 0);
  if (!response.body || length === 0 || response.headers.has("content-encoding")) {
    return Buffer.from(await response.arrayBuffer());
  }
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  for await (const part of response.body) {
    bytes.set((part as Uint8Array).subarray(0, length - filled), filled);
    filled += (part as Uint8Array).length;
  }
  return bytes.subarray(0, filled);
}
