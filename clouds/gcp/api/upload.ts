/**
 * One resumable upload to Cloud Storage: chunk by chunk, each from the offset that Google reports.
 * cloud.google.com/storage/docs/performing-resumable-uploads, read 2026-11.
 *
 * Possession of the session's URL is enough to write the object: it is kept in the user's cache only (mode 0600),
 * never in the engine's state, a log or an error.
 */
import { CloudFailure, failedWith } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import type { GoogleAnswer } from "../failure";
import { storageEndpoint } from "./endpoints";
import { callGoogle, type GoogleSession, sendOnce, withRetry } from "./session";
import { type ObjectPlace, showObject, type StoredObject } from "./objects";

/** Progress of an upload: the number of bytes persisted, or the finished object. */
export type UploadState = { kept: number } | { done: StoredObject };

export async function beginSession(
  session: GoogleSession,
  place: ObjectPlace,
  metadata: Record<string, string>,
): Promise<string> {
  const url =
    `${storageEndpoint()}/upload/storage/v1/b/${encodeURIComponent(place.bucket)}/o` +
    // An object created under the name in the meantime is not replaced: 412
    // (cloud.google.com/storage/docs/request-preconditions, read 2026-11).
    `?uploadType=resumable&ifGenerationMatch=0&name=${encodeURIComponent(place.object)}`;
  const answer = await callGoogle(session, `begin the upload of ${showObject(place)}`, {
    method: "POST",
    url,
    json: { name: place.object, contentType: "application/gzip", metadata },
  }).catch((error: unknown) => {
    throw failedWith(error, "absent") ? error.curedBy(goneSincePreflight(place)) : error;
  });
  const location = answer.headers.get("location");
  if (!location) throw new CloudFailure("server", `the upload of ${showObject(place)} got no session`);
  return location;
}

/**
 * An upload that is under way is no object: a bucket that holds nothing else counts as empty, and can be deleted
 * (cloud.google.com/storage/docs/resumable-uploads, "Considerations", and /deleting-buckets, read 2026-11).
 */
function goneSincePreflight({ bucket }: ObjectPlace): string {
  return (
    `it was there at the preflight, and somebody deleted it since, as a \`destroy\` of the stack that made it does: make it again ` +
    `(\`gcloud storage buckets create gs://${bucket}\`), or name another one in imprimatur:gcp.bucket, and run the same command again`
  );
}

/**
 * Statuses of a session that no longer exists: sessions expire after a week, end on cancellation (499), and are
 * occasionally lost.
 */
const OVER: readonly number[] = [404, 410, 499];

function sessionIsOver(what: string, status?: number): CloudFailure {
  const told = status === undefined ? "" : ` (HTTP ${status})`;
  return new CloudFailure("absent", `${what}: the upload session is over${told}`, {
    cure: "run `pulumi up` again",
  });
}

/** @returns `undefined` if the session no longer exists */
export async function askSession(
  session: GoogleSession,
  place: ObjectPlace,
  url: string,
): Promise<UploadState | undefined> {
  const what = `ask how far ${showObject(place)} is`;
  const answer = await callGoogle(session, what, {
    method: "PUT",
    url,
    headers: { "content-range": "bytes */*" },
    accept: [308, ...OVER],
  });
  return OVER.includes(answer.status) ? undefined : stateOf(what, answer);
}

interface Chunk {
  /** Offset of `bytes` in the object. */
  start: number;
  bytes: Buffer;
  /** With the last chunk: size of the whole object, and its CRC32C in base64. */
  end?: { total: number; crc32c: string };
}

/** Sends a chunk; after a broken connection only the bytes that did not arrive are sent again. */
export async function putChunk(
  session: GoogleSession,
  place: ObjectPlace,
  url: string,
  chunk: Chunk,
): Promise<UploadState> {
  const what = `upload ${showObject(place)} at byte ${chunk.start}`;
  let from = chunk.start;
  let first = true;
  const last = chunk.start + chunk.bytes.length;
  return withRetry(session, what, async (signal) => {
    if (!first) {
      const state = await askSession(session, place, url);
      if (!state) throw sessionIsOver(what);
      if ("done" in state) return state;
      if (state.kept < from || state.kept > last) {
        throw new CloudFailure("refused", `${what}: Google keeps ${state.kept} bytes`, {
          cure: "run `pulumi up` again",
        });
      }
      from = state.kept;
    }
    first = false;
    for (;;) {
      const state = await putOnce(
        session,
        what,
        url,
        { ...chunk, start: from, bytes: chunk.bytes.subarray(from - chunk.start) },
        signal,
      );
      if ("done" in state) return state;
      if (state.kept >= last) {
        if (!chunk.end) return state;
        // Observed in production on a last chunk: all bytes persisted, but the upload not finished
        // (github.com/itchio/butler/issues/71). The next attempt asks for the state.
        throw new CloudFailure("server", `${what}: every byte is kept, and Google did not end the upload`);
      }
      // Google persisted a part: continue after it.
      if (state.kept <= from) throw new CloudFailure("server", `${what}: nothing of it was kept`);
      from = state.kept;
    }
  });
}

/** Cancels the session and discards the bytes it holds. */
export async function cancelSession(session: GoogleSession, place: ObjectPlace, url: string): Promise<void> {
  const what = `give up the upload of ${showObject(place)}`;
  await callGoogle(session, what, { method: "DELETE", url, accept: OVER });
}

async function putOnce(
  session: GoogleSession,
  what: string,
  url: string,
  { start, bytes, end }: Chunk,
  signal: AbortSignal,
): Promise<UploadState> {
  const span = bytes.length > 0 ? `${start}-${start + bytes.length - 1}` : "*";
  const headers: Record<string, string> = { "content-range": `bytes ${span}/${end ? end.total : "*"}` };
  if (end) headers["x-goog-hash"] = `crc32c=${end.crc32c}`;
  const request = { method: "PUT", url, body: bytes, headers, accept: [308, ...OVER] } as const;
  const answer = await sendOnce(session, what, request, signal);
  if (OVER.includes(answer.status)) throw sessionIsOver(what, answer.status);
  return stateOf(what, answer);
}

function stateOf(what: string, answer: GoogleAnswer): UploadState {
  if (answer.status !== 308)
    return { done: jsonAnswer<StoredObject>(`${what} on Google Cloud`, answer.text) };
  const match = /^bytes=0-(\d+)$/.exec(answer.headers.get("range") ?? "");
  return { kept: match ? Number(match[1]) + 1 : 0 };
}
