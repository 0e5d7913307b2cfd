import { createHash } from "node:crypto";
import { MIB } from "../../facts/units";
import { Progress } from "../progress";
import { type ObjectPlace, readObject, showObject } from "./api/objects";
import type { GoogleSession } from "./api/session";

/** Bytes per request, the maximum to fetch again after a broken connection. */
const PART = 8 * MIB;
/** Concurrent requests, to use the bandwidth of a link with high latency. */
const AT_ONCE = 4;

/** One generation of an object: its bytes never change. */
interface Generation extends ObjectPlace {
  /** Decimal text; different for every write under the name. */
  readonly generation: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * SHA-256 (hex) of one generation as Cloud Storage returns it, read completely, in parts. The bucket's checksum
 * (CRC32C) is no proof against an attacker with write access: other bytes of the same size with the same CRC32C take
 * a minute to construct.
 *
 * @throws {CloudFailure} kind `absent`: the generation no longer exists
 */
export async function hashObject(session: GoogleSession, object: Generation): Promise<string> {
  const { generation, size } = object;
  const progress = new Progress({
    what: `reading ${showObject(object)} back`,
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
      // The error is reported where the promise is awaited.
      asked.catch(() => undefined);
      coming.push(asked);
    }
    const bytes = await (coming.shift() as Promise<Buffer>);
    hash.update(bytes);
    progress.moved(bytes.length);
  }
  return hash.digest("hex");
}
