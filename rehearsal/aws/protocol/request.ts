import { createHash } from "node:crypto";
import type http from "node:http";
import { MIB } from "../../../facts/units";
import { AwsError } from "./errors";

/** One received HTTP request with its whole body. */
export interface RawRequest {
  readonly method: string;
  /** As sent: still percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** SHA-256 of the body, hex: computed once for both the signature and a block's checksum. */
  bodyHash(): string;
}

/** Largest request body: a 512 KiB block and its framing fit. */
const LARGEST_BODY = MIB;

/** Reads a whole request. A body of known length is copied once, into a buffer of its size. */
export async function readRequest(incoming: http.IncomingMessage): Promise<RawRequest> {
  const [path = "/", query = ""] = splitOnce(incoming.url ?? "/", "?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  const body = await readBody(incoming);
  return { method: incoming.method ?? "GET", path, query, headers, body, bodyHash: hashOf(body) };
}

/** A body's {@link RawRequest.bodyHash}. */
export function hashOf(body: Buffer): () => string {
  let hash: string | undefined;
  return () => (hash ??= createHash("sha256").update(body).digest("hex"));
}

async function readBody(incoming: http.IncomingMessage): Promise<Buffer> {
  const announced = Number(incoming.headers["content-length"] ?? Number.NaN);
  if (announced === 0) return Buffer.alloc(0);
  if (announced > LARGEST_BODY) throw tooLarge();
  if (Number.isInteger(announced)) {
    const body = Buffer.allocUnsafeSlow(announced);
    let filled = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) filled += chunk.copy(body, filled);
    if (filled < announced) throw new AwsError("IncompleteBody", "The request body ended too early.");
    return body;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): AwsError {
  return new AwsError("RequestEntityTooLarge", "Request body is larger than 1 MiB.", 413);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
