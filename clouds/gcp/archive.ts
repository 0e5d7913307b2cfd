/** Streams a deterministic archive into Cloud Storage: no temporary file, resumed after a failure or a kill. */
import { createHash } from "node:crypto";
import { formatBytes } from "../../facts/words";
import { MIB } from "../../facts/units";
import { CloudFailure, failedWith } from "../failure";
import { Progress } from "../progress";
import { throwIfCancelled } from "../retry";
import { crc32c, encodeCrc32c } from "./crc32c";
import type { GoogleSession } from "./api/session";
import { deleteObject, findObject, type ObjectPlace, showObject, type StoredObject } from "./api/objects";
import { refuseOthersArchive } from "./others";
import { hashObject } from "./read-object";
import { UploadJournal } from "./upload-journal";
import { askSession, beginSession, cancelSession, putChunk, type UploadState } from "./api/upload";

/** A multiple of 256 KiB, as Cloud Storage requires; 8 MiB is the minimum of Google's own clients for throughput. */
const CHUNK = 8 * MIB;

/**
 * Maximum number of sessions for one archive: a session may fail with 404 or 410, which requires a new one
 * (cloud.google.com/storage/docs/performing-resumable-uploads, "Handling errors"; googleapis/google-cloud-cpp pull
 * 7877, read 2026-11).
 */
const SESSIONS = 4;

interface ArchivePlan extends ObjectPlace {
  /** The uploading stack: another stack's archive under the same name is refused. */
  stack: string;
  metadata: Record<string, string>;
  /**
   * Reads the archive from its start; the bytes are always the same. Throws if its disk is missing or not the
   * inspected one.
   */
  open(): AsyncIterable<Buffer>;
  journalFolder?: string;
}

/** The archive as created from the disk. */
interface Made {
  /** Base64. */
  crc32c: string;
  /** Hex. */
  sha256: string;
  /** Bytes. */
  size: number;
}

/** The archive in the bucket, read back completely. */
export interface Archive extends Made {
  /** Of the object that was read back. */
  generation: string;
}

/**
 * Uploads the archive, or finds it already uploaded; in both cases it is read back completely before it is used.
 *
 * @throws {CloudFailure} `refused`: another stack's archive is there
 * @throws {CloudFailure} and others; Google keeps the bytes that arrived for a week, and the next call resumes from
 * there
 */
export async function uploadArchive(session: GoogleSession, plan: ArchivePlan): Promise<Archive> {
  const there = await findObject(session, plan);
  if (there) {
    refuseOthersArchive(plan, there, plan.stack);
    const made = await sumOf(session, plan);
    const isSame = there.crc32c === made.crc32c && Number(there.size) === made.size;
    if (isSame && (await readBack(session, plan, there)) === made.sha256)
      return { ...made, generation: there.generation };
    // An object of this name with other content must not become an image.
    await deleteObject(session, plan);
  }
  try {
    return await sendArchive(session, plan);
  } catch (error) {
    if (!(error instanceof CloudFailure) || error.code !== NAME_TAKEN) throw error;
    const found = await findObject(session, plan);
    if (!found) throw error.curedBy("run `pulumi up` again");
    refuseOthersArchive(plan, found, plan.stack);
    // An upload that an interrupted run left in progress has finished.
    return uploadArchive(session, plan);
  }
}

/**
 * An object was created under the name in the meantime: HTTP 412
 * (cloud.google.com/storage/docs/json_api/v1/status-codes, read 2026-11).
 */
const NAME_TAKEN = "conditionNotMet";

async function sendArchive(session: GoogleSession, plan: ArchivePlan): Promise<Archive> {
  const journal = UploadJournal.open(plan, plan.journalFolder);
  const state = journal.url ? await earlierState(session, plan, journal.url) : undefined;
  if (journal.url && state && !("done" in state)) {
    try {
      return await stream(session, plan, journal.url, state.kept, journal);
    } catch (error) {
      if (!(error instanceof OtherArchive) && !failedWith(error, "absent")) throw error;
      await cancelSession(session, plan, journal.url);
      journal.remove();
    }
  }
  for (let sessions = 1; ; sessions++) {
    // Opens the disk before anything is created.
    const bytes = plan.open();
    const url = await beginSession(session, plan, plan.metadata);
    journal.begin(url);
    try {
      return await stream(session, { ...plan, open: () => bytes }, url, 0, journal);
    } catch (error) {
      if (!failedWith(error, "absent") || sessions === SESSIONS) throw error;
      session.status(`${showObject(plan)}: Google ended the upload session; beginning again`);
      journal.remove();
    }
  }
}

/**
 * The state of an earlier session; if Google refuses the query for any reason, the only cost is a new upload. A
 * missing permission is reported by that upload.
 */
async function earlierState(
  session: GoogleSession,
  plan: ArchivePlan,
  url: string,
): Promise<UploadState | undefined> {
  try {
    return await askSession(session, plan, url);
  } catch (error) {
    if (failedWith(error, "refused", "denied", "busy")) return undefined;
    throw error;
  }
}

class OtherArchive extends Error {}

async function stream(
  session: GoogleSession,
  plan: ArchivePlan,
  url: string,
  kept: number,
  journal: UploadJournal,
): Promise<Archive> {
  const progress = new Progress({
    what: `uploading ${showObject(plan)}`,
    totalBytes: 0,
    show: (line) => session.status(line),
  });
  progress.skipped(kept);
  let at = 0;
  let crc = 0;
  const hash = createHash("sha256");
  let sending: Promise<void> | undefined;
  try {
    let last: { at: number; bytes: Buffer } | undefined;
    for await (const bytes of chunksOf(plan.open())) {
      throwIfCancelled(session.signal);
      // A chunk is sent once the next one is known, so that the last one is recognised. While one is in transit the
      // next is compressed.
      await sending;
      if (last) sending = send(last);
      sending?.catch(() => undefined);
      last = { at, bytes };
      crc = crc32c(bytes, crc);
      hash.update(bytes);
      at += bytes.length;
      if (at <= kept && journal.agrees(at, crc) === false) throw new OtherArchive();
      if (at > kept) journal.mark(at, crc);
    }
    await sending;
    const end = { total: at, crc32c: encodeCrc32c(crc) };
    const from = Math.max(kept, last?.at ?? 0);
    const rest = last ? last.bytes.subarray(from - last.at) : Buffer.alloc(0);
    const state = await putChunk(session, plan, url, { start: from, bytes: rest, end });
    if (!("done" in state)) throw new CloudFailure("server", `the upload of ${showObject(plan)} did not end`);
    const made = { crc32c: end.crc32c, sha256: hash.digest("hex"), size: end.total };
    await compare(session, plan, state.done, made);
    journal.remove();
    return { ...made, generation: state.done.generation };
  } catch (error) {
    await sending?.catch(() => undefined);
    // The disk was not the inspected one, or cannot be read: discard all of it.
    if (!(error instanceof CloudFailure) && !(error instanceof OtherArchive)) {
      await cancelSession(session, plan, url).catch(() => undefined);
      journal.remove();
    }
    throw error;
  }

  async function send(chunk: { at: number; bytes: Buffer }): Promise<void> {
    const end = chunk.at + chunk.bytes.length;
    if (end <= kept) return;
    const from = Math.max(kept, chunk.at);
    await putChunk(session, plan, url, { start: from, bytes: chunk.bytes.subarray(from - chunk.at) });
    progress.moved(end - from);
  }
}

async function compare(
  session: GoogleSession,
  plan: ArchivePlan,
  stored: StoredObject,
  made: Made,
): Promise<void> {
  const isSame = stored.crc32c === made.crc32c && Number(stored.size) === made.size;
  const sha256 = isSame ? await readBack(session, plan, stored) : undefined;
  if (sha256 === made.sha256) return;
  await deleteObject(session, plan);
  const have =
    sha256 === undefined ? `CRC32C ${stored.crc32c}, ${stored.size} bytes` : `read back as sha256 ${sha256}`;
  throw new CloudFailure(
    "refused",
    `${showObject(plan)} arrived damaged (${have}; sent CRC32C ${made.crc32c}, sha256 ${made.sha256}, ${made.size} bytes) ` +
      "and was deleted",
    { cure: "run `pulumi up` again" },
  );
}

function readBack(session: GoogleSession, plan: ObjectPlace, stored: StoredObject): Promise<string> {
  const { generation, size } = stored;
  return hashObject(session, { bucket: plan.bucket, object: plan.object, generation, size: Number(size) });
}

/** The archive's checksums and size, computed without an upload. */
async function sumOf(session: GoogleSession, plan: ArchivePlan): Promise<Made> {
  let crc = 0;
  let size = 0;
  const hash = createHash("sha256");
  for await (const bytes of plan.open()) {
    throwIfCancelled(session.signal);
    crc = crc32c(bytes, crc);
    hash.update(bytes);
    size += bytes.length;
    session.status(`${formatBytes(size)} compared: ${showObject(plan)}, which is there already`);
  }
  return { crc32c: encodeCrc32c(crc), sha256: hash.digest("hex"), size };
}

async function* chunksOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (let piece of bytes) {
    while (length + piece.length >= CHUNK) {
      const take = CHUNK - length;
      yield Buffer.concat([...parts, piece.subarray(0, take)], CHUNK);
      piece = piece.subarray(take);
      parts = [];
      length = 0;
    }
    if (piece.length > 0) parts.push(piece);
    length += piece.length;
  }
  if (length > 0) yield Buffer.concat(parts, length);
}
