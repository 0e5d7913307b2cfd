/** Reads an image's bytes back as Glance gives them out: one pass, hashed on arrival, nothing kept but digests. */
import { webcrypto } from "node:crypto";
import { isZero } from "../../disk/extent";
import { keptDigest } from "../../disk/kept-digest";
import { BLOCK_SIZE } from "../../facts/units";
import { CloudFailure, failedWith } from "../failure";
import { Progress } from "../progress";
import { getImageFile } from "./api/images";
import type { OpenstackSession } from "./api/session";

interface ReadBack {
  /** SHA-256 by index of every block that is not all zero. */
  digests: Map<number, Buffer>;
  /** Blocks with non-zero bytes beyond the disk's end. */
  beyond: number[];
  /** Bytes that came. */
  size: number;
}

const ATTEMPTS = 4;
/** Without a byte for so long the connection is given up. */
const SILENCE = 120_000;

/** @param size of the raw disk in bytes */
export async function readBack(session: OpenstackSession, id: string, size: number): Promise<ReadBack> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(session, id, size);
    } catch (error) {
      if (!failedWith(error, "network", "timeout", "server", "throttled") || attempt === ATTEMPTS)
        throw error;
      session.status(`${error.message}; reading begins again (${attempt} of ${ATTEMPTS})`);
    }
  }
}

async function readOnce(session: OpenstackSession, id: string, size: number): Promise<ReadBack> {
  const progress = new Progress({
    what: `reading ${id} in ${session.region} back`,
    totalBytes: size,
    show: (line) => session.status(line),
  });
  const idle = new AbortController();
  let timer = setTimeout(() => idle.abort(), SILENCE);
  const result: ReadBack = { digests: new Map(), beyond: [], size: 0 };
  try {
    const read = async (stream: AsyncIterable<Uint8Array>) => {
      let block = Buffer.alloc(BLOCK_SIZE);
      let filled = 0;
      const full = async () => {
        const index = Math.floor((result.size - 1) / BLOCK_SIZE);
        block.fill(0, filled);
        if (!isZero(block)) {
          if (index * BLOCK_SIZE >= size || !isZero(block, Math.min(BLOCK_SIZE, size - index * BLOCK_SIZE)))
            result.beyond.push(index);
          const digest = await webcrypto.subtle.digest("SHA-256", block);
          result.digests.set(index, keptDigest(new Uint8Array(digest)));
          block = Buffer.alloc(BLOCK_SIZE);
        }
        filled = 0;
      };
      for await (const part of stream) {
        clearTimeout(timer);
        timer = setTimeout(() => idle.abort(), SILENCE);
        progress.moved(part.length);
        for (let at = 0; at < part.length;) {
          const taken = Math.min(BLOCK_SIZE - filled, part.length - at);
          block.set(part.subarray(at, at + taken), filled);
          filled += taken;
          at += taken;
          result.size += taken;
          if (filled === BLOCK_SIZE) await full();
        }
      }
      if (filled > 0) await full();
    };
    await getImageFile(session, id, read, idle.signal);
    return result;
  } catch (error) {
    if (!idle.signal.aborted) throw error;
    throw new CloudFailure("timeout", `read image ${id}: nothing came for ${SILENCE / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
}
