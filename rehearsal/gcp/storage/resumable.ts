import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { KIB } from "../../../facts/units";
import { GoogleError, invalid } from "../errors";
import type { Table } from "../../store/journal";
import { Checksums, type ClaimedChecksums, parseHashHeader } from "./checksums";
import { type ContentRange, parseContentRange } from "./content-range";
import type { ObjectMetadata, Preconditions, StoredObject } from "./object";
import type { ObjectStore } from "./object-store";

/** Bytes are persisted in units of this; every request but the last must contain at least one. */
const GRANULE = 256 * KIB;

/** A session in stored form. Its progress is the length of its file. */
export interface Session {
  id: string;
  bucket: string;
  name: string;
  metadata: ObjectMetadata;
  claimed: ClaimedChecksums;
  conditions: Preconditions;
  /** From `X-Upload-Content-Length`, or from the first request that gave it. */
  total?: number;
  /** Generation of the object, once it exists. */
  done?: string;
}

/** Observed failures of sessions: github.com/itchio/butler/issues/71, googleapis/google-cloud-cpp pull 7877. */
export type UploadMishap = "gone-404" | "gone-410" | "unended";

/** Result of a request: the object, or the number of persisted bytes. */
export type Progress = { object: StoredObject } | { persisted: number };

/**
 * Resumable uploads. A session's id is a secret that authorises the upload, like the session URI in Cloud Storage.
 * Bytes that arrived are kept when the connection breaks, and over a restart.
 */
export class ResumableUploads {
  private readonly directory: string;
  private readonly sums = new Map<string, Checksums>();
  private readonly queue = new Map<string, Promise<void>>();

  constructor(
    directory: string,
    private readonly sessions: Table<Session>,
    private readonly store: ObjectStore,
    /** Fault of a request with bytes, if any. */
    private readonly goesWrong: (last: boolean) => UploadMishap | undefined = () => undefined,
  ) {
    this.directory = path.join(directory, "uploads");
    fs.mkdirSync(this.directory, { recursive: true });
    this.dropHalves();
  }

  /** After a kill: removes sessions without a file, and files without a session. */
  private dropHalves(): void {
    const files = new Set(fs.readdirSync(this.directory));
    for (const { id, done } of [...this.sessions.values()]) {
      if (!files.delete(id) && done === undefined) this.sessions.delete(id);
    }
    for (const file of files) fs.rmSync(path.join(this.directory, file));
  }

  /** Opens a session; returns its id. */
  begin(session: Omit<Session, "id">): string {
    const id = randomBytes(48).toString("base64url");
    fs.writeFileSync(this.file(id), "", { mode: 0o600 });
    this.sessions.set(id, { id, ...session });
    return id;
  }

  /** The open sessions, for the inventory. */
  *open(): Generator<Session & { persisted: number }> {
    for (const session of this.sessions.values()) {
      if (session.done === undefined)
        yield { ...session, persisted: fs.statSync(this.file(session.id)).size };
    }
  }

  cancel(id: string): void {
    const session = this.session(id);
    if (session.done === undefined) this.forget(id);
    else this.sessions.delete(id);
  }

  /** Removes the sessions into a deleted bucket. */
  forgetBucket(bucket: string): void {
    for (const session of [...this.sessions.values()]) {
      if (session.bucket !== bucket) continue;
      if (session.done === undefined) this.forget(session.id);
      else this.sessions.delete(session.id);
    }
  }

  /**
   * One request to a session: bytes, or a status query. Requests are serialised: bytes from a broken connection are
   * written before a status query is answered.
   */
  async put(id: string, body: Readable, headers: NodeJS.Dict<string | string[]>): Promise<Progress> {
    const before = this.queue.get(id) ?? Promise.resolve();
    const mine = before.then(() => this.take(id, body, headers));
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.queue.set(id, settled);
    try {
      return await mine;
    } finally {
      if (this.queue.get(id) === settled) this.queue.delete(id);
    }
  }

  private async take(id: string, body: Readable, headers: NodeJS.Dict<string | string[]>): Promise<Progress> {
    const session = this.session(id);
    const range = parseContentRange([headers["content-range"]].flat()[0]);
    if (session.done !== undefined) return this.finished(session, session.done);
    const length = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
    const total = this.agreeOnTotal(session, range, length);
    const claimed = { ...session.claimed, ...parseHashHeader(headers["x-goog-hash"]) };
    const sums = await this.sumsOf(id);
    if (range.start === undefined) {
      if (length) throw invalid("A status query has no body.");
      return total === sums.length ? this.complete(session, sums, claimed) : { persisted: sums.length };
    }
    if (range.start > sums.length) {
      throw new GoogleError(
        503,
        "backendError",
        `Invalid request. According to the Content-Range header, the upload offset is ${range.start} byte(s), which ` +
          `exceeds already uploaded size of ${sums.length} byte(s).`,
      );
    }
    const final =
      range.openEnded || (range.last === undefined ? total !== undefined : total === range.last + 1);
    const mishap = this.goesWrong(final);
    if (mishap === "gone-404" || mishap === "gone-410") {
      this.forget(id);
      throw mishap === "gone-404" ? noSuchSession() : new GoogleError(410, "gone", "Gone");
    }
    const expected = range.last === undefined ? undefined : range.last - range.start + 1;
    if (length !== undefined && expected !== undefined && length !== expected)
      throw wrongLength(range, length, expected);
    if (!final && expected !== undefined && expected < GRANULE) throw tooSmall(expected);
    const received = await this.append(id, sums, body, range.start, final);
    if (!final && received < GRANULE) throw tooSmall(received);
    if (expected !== undefined && received !== expected) throw wrongLength(range, received, expected);
    if (!final) return { persisted: sums.length };
    if (total !== undefined && sums.length !== total) throw wrongLength(range, received, total - range.start);
    if (mishap === "unended") return { persisted: sums.length };
    return this.complete(session, sums, claimed);
  }

  /** Writes the bytes after `start` that are not persisted yet, in granules; returns the number of bytes received. */
  private async append(
    id: string,
    sums: Checksums,
    body: Readable,
    start: number,
    final: boolean,
  ): Promise<number> {
    let skip = sums.length - start;
    let received = 0;
    let pending: Buffer[] = [];
    let pendingLength = 0;
    const handle = await fs.promises.open(this.file(id), "a", 0o600);
    const persist = async (bytes: Buffer) => {
      await handle.appendFile(bytes);
      sums.update(bytes);
    };
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        received += chunk.length;
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        pending.push(fresh);
        pendingLength += fresh.length;
        if (pendingLength < GRANULE) continue;
        const all = Buffer.concat(pending);
        const whole = all.length - (all.length % GRANULE);
        await persist(all.subarray(0, whole));
        pending = [all.subarray(whole)];
        pendingLength = all.length - whole;
      }
      if (final && pendingLength > 0) await persist(Buffer.concat(pending));
    } finally {
      await handle.close();
    }
    return received;
  }

  private complete(session: Session, sums: Checksums, claimed: ClaimedChecksums): Progress {
    const bucket = this.store.buckets.get(session.bucket);
    if (!bucket) throw new GoogleError(404, "notFound", "The specified bucket does not exist.");
    this.sums.delete(session.id);
    try {
      const target = { bucket, name: session.name, metadata: session.metadata };
      const object = this.store.commit(
        { file: this.file(session.id), sums },
        target,
        claimed,
        session.conditions,
      );
      this.sessions.set(session.id, { ...session, done: object.generation });
      return { object };
    } catch (error) {
      // The bytes do not match: they are dropped together with the session.
      this.sessions.delete(session.id);
      throw error;
    }
  }

  private finished(session: Session, generation: string): Progress {
    const object = this.store.find(session.bucket, session.name);
    if (object?.generation === generation) return { object };
    throw new GoogleError(410, "uploadGone", "The uploaded object is no longer there.");
  }

  private agreeOnTotal(
    session: Session,
    range: ContentRange,
    length: number | undefined,
  ): number | undefined {
    const told =
      range.total ??
      (range.openEnded && length !== undefined && range.start !== undefined
        ? range.start + length
        : undefined);
    if (told !== undefined && session.total !== undefined && told !== session.total) {
      throw invalid(
        `Invalid request. The total size of the upload is ${session.total} byte(s), but this request says ${told} byte(s).`,
      );
    }
    if (range.total !== undefined && session.total === undefined)
      this.sessions.set(session.id, { ...session, total: range.total });
    return told ?? session.total;
  }

  private session(id: string): Session {
    const session = this.sessions.get(id);
    if (!session) throw noSuchSession();
    return session;
  }

  private async sumsOf(id: string): Promise<Checksums> {
    let sums = this.sums.get(id);
    if (!sums) this.sums.set(id, (sums = await Checksums.ofFile(this.file(id))));
    return sums;
  }

  private forget(id: string): void {
    this.sums.delete(id);
    this.sessions.delete(id);
    fs.rmSync(this.file(id), { force: true });
  }

  private file(id: string): string {
    return path.join(this.directory, id);
  }
}

function noSuchSession(): GoogleError {
  const message = "No such upload session; it was cancelled, has ended in an error or never was.";
  return new GoogleError(404, "notFound", message);
}

function tooSmall(received: number): GoogleError {
  return invalid(
    `Invalid request. The number of bytes uploaded is required to be equal or greater than ${GRANULE}, except for the ` +
      `final request (it's recommended to be the exact multiple of ${GRANULE}). The received request contained ` +
      `${received} bytes, which does not meet this requirement.`,
  );
}

function wrongLength(range: ContentRange, received: number, expected: number): GoogleError {
  const { start = 0 } = range;
  return invalid(
    `Invalid request. There were ${received} byte(s) in the request body. There should have been ${expected} byte(s) ` +
      `(starting at offset ${start} and ending at offset ${start + expected - 1}) according to the Content-Range header.`,
  );
}
