import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { XMLParser } from "fast-xml-parser";

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed; of bytes only their number. */
  readonly body?: unknown;
}

/**
 * Sends a request to a stand-in.
 *
 * @param authority file with its certificate
 */
export function send({ method, url, headers, body }: Request, authority?: string): Promise<Answer> {
  const options = {
    method,
    headers: { "content-length": String(Buffer.byteLength(body ?? "")), ...headers },
  };
  return new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const received = Object.entries(response.headers).map(
          ([name, value]) => [name, String(value)] as const,
        );
        const given = Object.fromEntries(received);
        resolve({
          status: response.statusCode ?? 0,
          headers: given,
          ...parsed(Buffer.concat(chunks), given["content-type"] ?? ""),
        });
      });
    };
    const request = url.startsWith("https:")
      ? https.request(url, { ...options, ...(authority && { ca: lastOf(authority) }) }, answered)
      : http.request(url, options, answered);
    request.on("error", reject);
    request.end(body);
  });
}

/** The stand-in's own certificate: earlier ones in the file may be another rehearsal's, with the same name. */
function lastOf(authority: string): string {
  return `-----BEGIN${fs.readFileSync(authority, "utf8").split("-----BEGIN").at(-1) ?? ""}`;
}

const XML = new XMLParser({ ignoreAttributes: true, parseTagValue: false, ignoreDeclaration: true });

function parsed(bytes: Buffer, type: string): { body?: unknown } {
  if (bytes.length === 0) return {};
  if (/octet-stream|gzip|x-tar/.test(type)) return { body: { bytes: bytes.length } };
  const text = bytes.toString("utf8");
  try {
    if (/^\s*[[{]/.test(text)) return { body: JSON.parse(text) as unknown };
    if (/^\s*\uFEFF?</.test(text)) return { body: withLists(XML.parse(text.replace(/^\uFEFF/, ""))) };
  } catch {
    // Not in the expected format.
  }
  return { body: { bytes: bytes.length } };
}

/** AWS's lists: `{item: […]}` is a list, also of one element. */
function withLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLists);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value);
  const [only = ""] = names;
  if (names.length === 1 && (only === "item" || only === "member")) {
    return [(value as Record<string, unknown>)[only]].flat().map(withLists);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withLists(inner)]));
}
