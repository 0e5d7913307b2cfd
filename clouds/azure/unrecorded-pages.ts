/**
 * Pages that an interrupted run wrote without recording it: the process was killed between the write and its answer.
 *
 * A page write is up to 4 MiB and up to 16 are in flight, so a kill would cost more than the whole upload of a small
 * image is worth. The link of an upload shows what is there: AzCopy lists the pages of a managed disk over it
 * (Azure/azure-storage-azcopy, `ste/sender-pageBlob.go`, `destPageRangeOptimizer.fetchPages`, read 2026-11-30), which
 * needs the permission to read (learn.microsoft.com/rest/api/storageservices/get-page-ranges, read 2026-11). Listed
 * is not written whole, so the bytes are read and compared. Whatever Azure refuses of this is no failure: the pages
 * are sent.
 */
import { createHash } from "node:crypto";
import type { HashedBlock } from "../../disk/blocks";
import { BLOCK_SIZE, MIB } from "../../facts/units";
import { throwIfCancelled } from "../retry";
import type { AzureSession } from "./api/session";
import { type PageRange, pageRanges, readPages } from "./api/pages";

/**
 * No more than this was in flight (`IN_FLIGHT`, `clouds/byte-budget.ts`). Without its journal an upload has more that
 * is not recorded; reading it would be billed as egress, while sending it is free.
 */
const MOST = 64 * MIB;

/** True if the adjacent blocks are on the disk already. */
type IsWritten = (run: readonly HashedBlock[], signal: AbortSignal) => Promise<boolean>;

/** Asks for the pages of a disk whose upload began earlier. */
export async function findUnrecorded(session: AzureSession, what: string, link: string): Promise<IsWritten> {
  const listed = pageRanges(session, `list the pages of ${what}`, link);
  const ranges = joined((await orNothing(session.signal, listed)) ?? []);
  let left = MOST;
  return async (run, signal) => {
    const start = (run[0]?.index ?? 0) * BLOCK_SIZE;
    const range = { start, end: start + run.length * BLOCK_SIZE };
    if (!ranges.some((there) => holds(there, range))) return false;
    if (left < range.end - range.start) return false;
    left -= range.end - range.start;
    const name = `read block ${run[0]?.index} of ${what}`;
    const bytes = await orNothing(signal, readPages(session, name, link, range, signal));
    return bytes !== undefined && run.every((block, at) => isBlock(block, bytes, at));
  };
}

/** Ordered ranges, of which adjacent ones, such as those of two writes, become one. */
function joined(ranges: readonly PageRange[]): PageRange[] {
  const result: PageRange[] = [];
  for (const { start, end } of ranges) {
    const last = result.at(-1);
    if (last && last.end >= start) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

const holds = (there: PageRange, { start, end }: PageRange) => there.start <= start && end <= there.end;

function isBlock({ sha256 }: HashedBlock, bytes: Buffer, at: number): boolean {
  const block = bytes.subarray(at * BLOCK_SIZE, (at + 1) * BLOCK_SIZE);
  return createHash("sha256").update(block).digest().equals(sha256);
}

/** The answer, or nothing if there is none; only a cancellation ends the upload. */
async function orNothing<T>(signal: AbortSignal, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch {
    throwIfCancelled(signal);
    return undefined;
  }
}
