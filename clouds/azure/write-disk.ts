/** A raw disk becomes the fixed VHD that a managed disk made with `createOption: Upload` waits for. */
import { BLOCK_SIZE, MIB } from "../../facts/units";
import type { HashedBlock } from "../../disk/blocks";
import { type CheckpointGroup, checkpointGroup } from "../upload-checkpoint";
import { cacheFolder } from "../cache";
import { Journal } from "../journal";
import { sendBlocks, type Sent, UploadInterrupted } from "../send-blocks";
import { findDisk, grantAccess, type ManagedDisk, revokeAccess, showDisk } from "./api/disks";
import type { AzureSession } from "./api/session";
import { clearPages, putPages } from "./api/pages";

/**
 * States of a disk made with `createOption: Upload` that still takes bytes; revoking the write access ends them for good.
 * https://learn.microsoft.com/rest/api/compute/disks/get#diskstate (read 2026-11-24)
 */
const TAKES_BYTES = ["ReadyToUpload", "ActiveUpload"];
/** 4 MiB is the most that one Put Page takes. */
const MOST_TOGETHER = (4 * MIB) / BLOCK_SIZE;

export interface DiskWrite {
  diskId: string;
  /** Bytes of the VHD, footer included. */
  vhdSize: number;
  /** The last 512 bytes. */
  footer: Buffer;
  dataBlocks: number;
  /** What earlier runs are known to have sent. */
  arrived: readonly CheckpointGroup[];
  /**
   * Finds and opens the raw disk. Throws when it is missing or has another size. Called before the first byte, and not
   * at all when none is needed.
   */
  open(): AsyncIterable<HashedBlock>;
  /** Throws, with the cure, when these blocks are not the inspected disk. */
  check(sent: Sent): void;
  journalFolder?: string;
}

/**
 * Sends what has not arrived, the footer last, and revokes the link.
 *
 * The link stays granted when this fails: revoking it ends the disk's state ActiveUpload, and with it the chance to go
 * on. It is no secret of the state: the next run asks for it again.
 *
 * A disk whose upload is over is left as it is: a run that was killed before its state was written ended it, after its
 * check of all blocks. The read-back that stands before anything is made from the disk has the last word on that.
 *
 * @throws {UploadInterrupted} with what arrived
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
  const sent = await sendBlocks(
    {
      verb: `uploading to ${what}:`,
      dataBlocks: write.dataBlocks,
      arrived: write.arrived,
      journal,
      limit: session.limit,
      signal: session.signal,
      status: (line) => session.status(line),
      together: MOST_TOGETHER,
      put: (run, signal) => {
        // The VHD's data part is a whole number of MiB, so a whole block always fits before the footer.
        const index = run[0]?.index ?? 0;
        const data = run.map((block) => block.data);
        return putPages(session, `write block ${index} of ${what}`, link, index * BLOCK_SIZE, data, signal);
      },
    },
    blocks,
  );
  const end = write.vhdSize - write.footer.length;
  try {
    write.check(sent);
  } catch (error) {
    journal.remove();
    // What was not inspected must not wait there for the next run to be mixed with what was.
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

/** A disk of the same name that was made anew is another disk. */
function journalKey(disk: ManagedDisk | undefined, diskId: string): string {
  return `azure.${disk?.properties.uniqueId ?? diskId.replaceAll("/", ".")}`;
}
