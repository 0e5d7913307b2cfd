/** Writes a raw disk as a fixed VHD to a managed disk created with `createOption: Upload`. */
import { BLOCK_SIZE, MIB } from "../../facts/units";
import type { HashedBlock } from "../../disk/blocks";
import { type CheckpointGroup, checkpointGroup } from "../upload-checkpoint";
import { cacheFolder } from "../cache";
import { Journal } from "../journal";
import { sendBlocks, type Sent, UploadInterrupted } from "../send-blocks";
import { findDisk, grantAccess, type ManagedDisk, revokeAccess, showDisk } from "./api/disks";
import type { AzureSession } from "./api/session";
import { clearPages, putPages } from "./api/pages";
import { findUnrecorded } from "./unrecorded-pages";

/**
 * States in which a disk created with `createOption: Upload` accepts bytes; revoking the write access ends them
 * permanently. https://learn.microsoft.com/rest/api/compute/disks/get#diskstate (read 2026-11-24)
 */
const TAKES_BYTES = ["ReadyToUpload", "ActiveUpload"];
/** 4 MiB is the maximum of one Put Page. */
const MOST_TOGETHER = (4 * MIB) / BLOCK_SIZE;

interface DiskWrite {
  diskId: string;
  /** Bytes of the VHD, including the footer. */
  vhdSize: number;
  /** The last 512 bytes. */
  footer: Buffer;
  dataBlocks: number;
  /** Checkpoint of earlier runs: groups of blocks already sent. */
  arrived: readonly CheckpointGroup[];
  /**
   * Finds and opens the raw disk. Throws if it is missing or its size differs. Called before the first byte, and not
   * at all if none is needed.
   */
  open(): AsyncIterable<HashedBlock>;
  /** Throws, with the cure, if these blocks are not those of the inspected disk. */
  check(sent: Sent): void;
  journalFolder?: string;
}

/**
 * Sends the blocks that have not arrived, the footer last, and revokes the link.
 *
 * The link stays granted if this fails: revoking it ends the disk's state ActiveUpload, and with it the possibility
 * to resume. The link is not kept in the state: the next run requests it again.
 *
 * A disk whose upload has ended is left unchanged: a run that was killed before its state was written ended it, after
 * checking all blocks. The read-back before anything is created from the disk has the final say on that.
 *
 * @throws {UploadInterrupted} with the groups that arrived
 */
export async function writeDisk(session: AzureSession, write: DiskWrite): Promise<void> {
  const { diskId } = write;
  const what = showDisk(diskId);
  const disk = await findDisk(session, diskId);
  const journal = Journal.open(write.journalFolder ?? cacheFolder("uploads"), journalKey(disk, diskId));
  const state = disk?.properties.diskState;
  if (state !== undefined && !TAKES_BYTES.includes(state)) {
    session.status(`${what} was written by an earlier run`);
    journal.remove();
    return;
  }
  const blocks = write.open();
  const link = await grantAccess(session, diskId, "Write");
  const isWritten = state === "ActiveUpload" ? await findUnrecorded(session, what, link) : undefined;
  const sent = await sendBlocks(
    {
      what: `uploading to ${what}`,
      dataBlocks: write.dataBlocks,
      arrived: write.arrived,
      journal,
      limit: session.limit,
      signal: session.signal,
      status: (line) => session.status(line),
      together: MOST_TOGETHER,
      put: async (run, signal) => {
        if (await isWritten?.(run, signal)) return;
        // The VHD's data part is a whole number of MiB, so a complete block always fits before the footer.
        const index = run[0]?.index ?? 0;
        const data = run.map((block) => block.data);
        await putPages(session, `write block ${index} of ${what}`, link, index * BLOCK_SIZE, data, signal);
      },
    },
    blocks,
  );
  const end = write.vhdSize - write.footer.length;
  try {
    write.check(sent);
  } catch (error) {
    journal.remove();
    // Uninspected bytes must not remain, or the next run would mix them with inspected ones.
    await clearPages(session, `clear ${what}`, link, { start: 0, end });
    throw error;
  }
  try {
    await putPages(session, `write the footer of ${what}`, link, end, [write.footer]);
    await revokeAccess(session, diskId);
  } catch (error) {
    throw new UploadInterrupted(error, [...write.arrived, ...checkpointGroup(sent.digests)]);
  }
  journal.remove();
}

/** A disk of the same name that was created later is a different disk. */
function journalKey(disk: ManagedDisk | undefined, diskId: string): string {
  return `azure.${disk?.properties.uniqueId ?? diskId.replaceAll("/", ".")}`;
}
