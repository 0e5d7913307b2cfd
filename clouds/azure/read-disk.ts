/** Reads a managed disk, or a gallery version through a temporary disk, back: every range that contains data. */
import { createHash } from "node:crypto";
import { BLOCK_SIZE, MIB } from "../../facts/units";
import { VHD_FOOTER_SIZE } from "../../facts/vhd";
import { isZero } from "../../disk/extent";
import { keptDigest } from "../../disk/kept-digest";
import { failedWith } from "../failure";
import { forEachParallel } from "../parallel";
import { Progress } from "../progress";
import { withTemporary } from "../temporary";
import { deleteDisk, grantAccess, makeDiskFromVersion, revokeAccess, showDisk } from "./api/disks";
import type { AzureSession } from "./api/session";
import { lengthOf, type PageRange, pageRanges, readPages } from "./api/pages";

/** 4 MiB per request, as in the uploads: one request per block would be mostly overhead. */
const MOST_TOGETHER = (4 * MIB) / BLOCK_SIZE;

interface DiskReadBack {
  /** SHA-256 by index of every block of 512 KiB that is not all zero. */
  digests: Map<number, Buffer>;
  /** Blocks with non-zero bytes beyond the disk's end, except for the VHD footer. */
  beyond: number[];
}

/** @param size of the raw disk in bytes */
export async function readDisk(session: AzureSession, diskId: string, size: number): Promise<DiskReadBack> {
  const what = showDisk(diskId);
  const link = await grantAccess(session, diskId, "Read");
  try {
    return await readLink(session, what, link, size);
  } finally {
    await revokeAccess(unstoppable(session), diskId);
  }
}

interface TemporaryDisk {
  /** ARM id of the temporary disk. */
  id: string;
  versionId: string;
  location: string;
  tags: Record<string, string>;
}

/** The same for a gallery version: Azure exposes its bytes only as a disk. The disk is deleted in every case. */
export async function readVersion(
  session: AzureSession,
  disk: TemporaryDisk,
  size: number,
): Promise<DiskReadBack> {
  const temporary = {
    what: showDisk(disk.id),
    cure: `delete it: az disk revoke-access --ids ${disk.id}; az disk delete --ids ${disk.id}`,
    // If creating it was denied, there is no disk, and permission to delete may be missing too.
    remove: async () => (isThere ? deleteDisk(unstoppable(session), disk.id) : undefined),
  };
  let isThere = true;
  return withTemporary(temporary, async () => {
    await makeDiskFromVersion(session, disk.id, disk).catch((error: unknown) => {
      isThere = !failedWith(error, "denied");
      throw error;
    });
    return readDisk(session, disk.id, size);
  });
}

async function readLink(
  session: AzureSession,
  what: string,
  link: string,
  size: number,
): Promise<DiskReadBack> {
  const end = (await lengthOf(session, `ask the size of ${what}`, link)) - VHD_FOOTER_SIZE;
  const ranges = await pageRanges(session, `list the pages of ${what}`, link);
  const progress = new Progress({
    what: `reading ${what} back`,
    totalBytes: countOf(blocksOf(ranges, end)) * BLOCK_SIZE,
    show: (line) => session.status(line),
  });
  const result: DiskReadBack = { digests: new Map(), beyond: [] };
  const judge = (index: number, read: Buffer) => {
    if (isZero(read)) return;
    const whole = read.length === BLOCK_SIZE ? read : Buffer.concat([read], BLOCK_SIZE);
    result.digests.set(index, keptDigest(createHash("sha256").update(whole).digest()));
    const inside = Math.max(0, Math.min(BLOCK_SIZE, size - index * BLOCK_SIZE));
    if (!isZero(whole, inside)) result.beyond.push(index);
  };
  const weight = { bytes: (run: Run) => run.count * BLOCK_SIZE };
  await forEachParallel(
    runsOf(blocksOf(ranges, end)),
    session.limit,
    session.signal,
    weight,
    async ({ first, count }, signal) => {
      const start = first * BLOCK_SIZE;
      const range = { start, end: Math.min(end, start + count * BLOCK_SIZE) };
      const read = await readPages(session, `read block ${first} of ${what}`, link, range, signal);
      session.limit.succeeded();
      progress.moved(read.length);
      for (let at = 0; at < count; at++) {
        judge(first + at, read.subarray(at * BLOCK_SIZE, (at + 1) * BLOCK_SIZE));
      }
    },
  );
  return result;
}

/** Adjacent blocks, read in one request. */
interface Run {
  first: number;
  count: number;
}

function* runsOf(blocks: Iterable<number>): Generator<Run> {
  let open: Run | undefined;
  for (const index of blocks) {
    if (open && open.count < MOST_TOGETHER && open.first + open.count === index) open.count++;
    else {
      if (open) yield open;
      open = { first: index, count: 1 };
    }
  }
  if (open) yield open;
}

/**
 * Blocks that the ordered ranges touch before `end`, each once: generated, because a list would be long for a disk of
 * 2 TiB.
 */
function* blocksOf(ranges: readonly PageRange[], end: number): Generator<number> {
  let next = 0;
  for (const range of ranges) {
    next = Math.max(next, Math.floor(range.start / BLOCK_SIZE));
    for (; next * BLOCK_SIZE < Math.min(range.end, end); next++) yield next;
  }
}

function countOf(blocks: Iterable<number>): number {
  let count = 0;
  for (const each = blocks[Symbol.iterator](); !each.next().done;) count++;
  return count;
}

/** Cleanup continues after the user cancels everything else. */
function unstoppable(session: AzureSession): AzureSession {
  return { ...session, signal: new AbortController().signal };
}
