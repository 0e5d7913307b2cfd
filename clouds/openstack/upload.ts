/**
 * The bytes of an image: one request with the whole raw disk. Holes are not read, and their zeros are sent: Glance takes
 * the bytes in order and knows no part of an upload, so one that broke begins again, on the same image: it is `queued`
 * again (glance/api/v2/image_data.py, `_restore`, c76abb08 of 2026-07-22; seen with Glance 25, 2026-11-30).
 */
import { createHash } from "node:crypto";
import { BLOCK_SIZE } from "../../facts/units";
import { CloudFailure, failedWith } from "../failure";
import { Progress } from "../progress";
import { wait } from "../retry";
import { findImage, type GlanceImage, putImageFile } from "./api/images";
import type { OpenstackSession } from "./api/session";

interface DataBlock {
  readonly index: number;
  readonly data: Buffer;
  readonly sha256: Buffer;
}

interface ImageUpload {
  readonly id: string;
  readonly name: string;
  /** Bytes of the raw disk. */
  readonly size: number;
  /** Blocks that are not all zero, in order; each call begins anew. */
  readonly open: () => AsyncIterable<DataBlock>;
  /** Called with the digests of the blocks before the last bytes are sent. @throws when it is another disk */
  readonly check: (digests: ReadonlyMap<number, Buffer>) => void;
}

const ATTEMPTS = 4;
/** Without a byte taken for so long the connection is given up. Stores take a while for what they got last. */
const SILENCE = 300_000;
/** Glance notices a broken connection at once, and a proxy before it within a minute. */
const REQUEUE = { wait: 2_000, times: 45 } as const;
const ZEROS = Buffer.alloc(BLOCK_SIZE);

/**
 * @returns the image, active, with the hash that the service computed compared, unless the answer to its last byte was lost
 * @throws {CloudFailure} as its last attempt; the image is there, without bytes. `refused`: or with other ones
 */
export async function uploadImage(session: OpenstackSession, upload: ImageUpload): Promise<GlanceImage> {
  for (let attempt = 1; ; attempt++) {
    const sha512 = createHash("sha512");
    try {
      await send(session, upload, (piece) => sha512.update(piece));
    } catch (error) {
      if (!failedWith(error, "network", "timeout", "server", "throttled") || attempt === ATTEMPTS)
        throw error;
      session.status(`${error.message}; the upload begins again (${attempt} of ${ATTEMPTS})`);
      const arrived = await queuedAgain(session, upload);
      if (arrived) return arrived;
      continue;
    }
    const image = await findImage(session, upload.id);
    if (image?.status !== "active")
      throw new CloudFailure("busy", `image ${upload.name} is ${image?.status ?? "gone"} after its upload`);
    const { os_hash_algo: algorithm, os_hash_value: value } = image;
    const sent = sha512.digest("hex");
    if (algorithm === "sha512" && value !== sent) {
      throw new CloudFailure(
        "refused",
        `image ${upload.name} in ${session.region}: the service has sha512 ${String(value)}, sent was ${sent}`,
        { cure: "something on the way changed the bytes: run the same command again, and tell the operator" },
      );
    }
    return image;
  }
}

/** One request, given up when nothing moves. */
async function send(
  session: OpenstackSession,
  upload: ImageUpload,
  sent: (piece: Buffer) => void,
): Promise<void> {
  const progress = new Progress({
    what: `uploading ${upload.name} to ${session.region}`,
    totalBytes: upload.size,
    show: (line) => session.status(line),
  });
  const idle = new AbortController();
  let timer = setTimeout(() => idle.abort(), SILENCE);
  const moved = (piece: Buffer) => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), SILENCE);
    sent(piece);
    progress.moved(piece.length);
  };
  // The stream throws the disk's problem; `fetch` says only that it failed.
  let wrong: unknown;
  const bytes = (async function* () {
    try {
      yield* wholeDisk(upload, moved);
    } catch (error) {
      wrong = error;
      throw error;
    }
  })();
  try {
    await putImageFile(session, upload.id, { size: upload.size, bytes }, idle.signal);
  } catch (error) {
    if (wrong instanceof Error && !session.signal.aborted) throw wrong;
    if (!idle.signal.aborted) throw error;
    throw new CloudFailure("timeout", `upload image ${upload.id}: nothing was taken for ${SILENCE / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
}

async function* wholeDisk(
  { size, open, check }: ImageUpload,
  moved: (piece: Buffer) => void,
): AsyncGenerator<Buffer> {
  const digests = new Map<number, Buffer>();
  let at = 0;
  let held: Buffer | undefined;
  // The last piece is held back until the disk was found to be the right one.
  const next = function* (piece: Buffer) {
    if (held) {
      yield held;
      moved(held);
    }
    held = piece;
    at += piece.length;
  };
  const zerosUntil = function* (end: number) {
    while (at < end) yield* next(ZEROS.subarray(0, Math.min(ZEROS.length, end - at)));
  };
  for await (const { index, data, sha256 } of open()) {
    yield* zerosUntil(index * BLOCK_SIZE);
    digests.set(index, sha256);
    yield* next(data.subarray(0, Math.min(BLOCK_SIZE, size - index * BLOCK_SIZE)));
  }
  yield* zerosUntil(size);
  check(digests);
  if (held) {
    yield held;
    moved(held);
  }
}

/** Waits until Glance takes bytes for the image again. @returns the image, if it has them all: only the answer was lost */
async function queuedAgain(
  session: OpenstackSession,
  { id, name }: ImageUpload,
): Promise<GlanceImage | undefined> {
  for (let times = 0; times < REQUEUE.times; times++) {
    const image = await findImage(session, id);
    if (image?.status === "active") return image;
    if (image?.status === "queued") return undefined;
    if (image?.status !== "saving") break;
    await wait(session.policy, REQUEUE.wait, session.signal);
  }
  throw new CloudFailure("busy", `image ${name} (${id}) in ${session.region} takes no bytes any more`, {
    cure: "run the same command again: it makes another one in its place",
  });
}
