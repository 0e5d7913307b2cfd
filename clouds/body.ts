/** Request and response bodies over `fetch`, without its internal copies. */

/** Total bytes of the parts. */
export function bytesIn(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/**
 * `fetch` copies a buffer passed as a body, and keeps the copy until the response arrives; it passes a stream of
 * buffers on. Set the content length explicitly, or the body is chunked, which storage services refuse.
 */
export function requestBody(parts: readonly Buffer[]): RequestInit {
  if (bytesIn(parts) === 0) return { body: "" };
  return { body: ReadableStream.from(parts) as ReadableStream<Uint8Array>, duplex: "half" };
}

/** The response's body, read into one buffer of its announced length. */
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
