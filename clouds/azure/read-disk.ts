/** Reads a managed disk, or a gallery version over a temporary disk, back: every range that holds data. */
import { createHash } from "node:crypto";
import { BLOCK_SIZE } from "../../disk/block-map";
import { isZero } from "../../disk/extent";
import { forEachParallel } from "../parallel";
import { Progress } from "../progress";
import { deleteDisk, grantAccess, makeDiskFromVersion, revokeAccess, showDisk } from "./disks";
import type { AzureSession } from "./http";
import { lengthOf, type PageRange, pageRanges, readPages } from "./pages";

const FOOTER = 512;

export interface DiskReadBack {
  /** SHA-256 by index of every block of 512 KiB that is not all zero. */
  digests: Map<number, Buffer>;
  /** Blocks with something else than zeros beyond the disk's end, the VHD footer apart. */
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

export interface TemporaryDisk {
  /** ARM id that the disk gets. */
  id: string;
  versionId: string;
  location: string;
  tags: Record<string, string>;
}

/** The same of a gallery version: Azure hands out its bytes only as a disk. The disk is deleted whatever happens. */
export async function readVersion(
  session: AzureSession,
  disk: TemporaryDisk,
  size: number,
): Promise<DiskReadBack> {
  try {
    await makeDiskFromVersion(session, disk.id, disk);
    return await readDisk(session, disk.id, size);
  } finally {
    await deleteDisk(unstoppable(session), disk.id);
  }
}

async function readLink(
  session: AzureSession,
  what: string,
  link: string,
  size: number,
): Promise<DiskReadBack> {
  const end = (await lengthOf(session, `ask the size of ${what}`, link)) - FOOTER;
  const ranges = await pageRanges(session, `list the pages of ${what}`, link);
  const blocks = blocksOf(ranges, end);
  const progress = new Progress({
    verb: `reading ${what} back:`,
    totalBytes: blocks.length * BLOCK_SIZE,
    show: (line) => session.status(line),
  });
  const result: DiskReadBack = { digests: new Map(), beyond: [] };
  await forEachParallel(blocks, session.limit, session.signal, async (index, signal) => {
    const start = index * BLOCK_SIZE;
    const range = { start, end: Math.min(end, start + BLOCK_SIZE) };
    const read = await readPages(session, `read block ${index} of ${what}`, link, range, signal);
    session.limit.succeeded();
    progress.moved(BLOCK_SIZE);
    if (isZero(read)) return;
    const whole = read.length === BLOCK_SIZE ? read : Buffer.concat([read], BLOCK_SIZE);
    result.digests.set(index, createHash("sha256").update(whole).digest());
    if (!isZero(whole, Math.max(0, Math.min(BLOCK_SIZE, size - start)))) result.beyond.push(index);
  });
  return result;
}

/** Blocks that the ranges touch, before `end`. */
function blocksOf(ranges: readonly PageRange[], end: number): number[] {
  const blocks = new Set<number>();
  for (const range of ranges) {
    for (let at = range.start - (range.start % BLOCK_SIZE); at < Math.min(range.end, end); at += BLOCK_SIZE) {
      blocks.add(at / BLOCK_SIZE);
    }
  }
  return [...blocks].sort((a, b) => a - b);
}

/** What tidies up goes on when the user stops the rest. */
function unstoppable(session: AzureSession): AzureSession {
  return { ...session, signal: new AbortController().signal };
}
