import { createHash } from "node:crypto";
import { MIB } from "../../facts/units";
import { Progress } from "../progress";
import { type ObjectPlace, readObject, showObject } from "./api/objects";
import type { GoogleSession } from "./api/session";

/** Bytes of one request: a connection that breaks costs as much again. */
const PART = 8 * MIB;
/** Requests under way, so that a link with a long way to Google is used. */
const AT_ONCE = 4;

/** One generation of an object: its bytes never change. */
export interface Generation extends ObjectPlace {
  /** Decimal text; a new one for everything that is ever written under the name. */
  readonly generation: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * SHA-256 (hex) of what Cloud Storage gives for one generation, read whole, in parts. A checksum that the bucket tells
 * (CRC32C) is no proof against somebody who may write there: other bytes of the same size are made to have it in a minute.
 *
 * @throws {CloudFailure} kind `absent`: there is no such generation any more
 */
export async function hashObject(session: GoogleSession, object: Generation): Promise<string> {
  const { generation, size } = object;
  const progress = new Progress({
    verb: `reading ${showObject(object)} back:`,
    totalBytes: size,
    show: (line) => session.status(line),
  });
  const part = (start: number): Promise<Buffer> =>
    readObject(session, object, generation, { start, end: Math.min(size, start + PART) });
  const hash = createHash("sha256");
  const coming: Promise<Buffer>[] = [];
  for (let at = 0, next = 0; at < size; at += PART) {
    for (; next < size && coming.length < AT_ONCE; next += PART) {
      const asked = part(next);
      // Told where it is awaited.
      asked.catch(() => undefined);
      coming.push(asked);
    }
    const bytes = await (coming.shift() as Promise<Buffer>);
    hash.update(bytes);
    progress.moved(bytes.length);
  }
  return hash.digest("hex");
}
