/**
 * The common part of uploads to every block store: reads the disk once, sends the blocks that have not arrived yet at
 * the concurrency the adaptive limit allows, and reports what arrived when it stops.
 */
import { BLOCK_SIZE } from "../facts/units";
import type { HashedBlock } from "../disk/blocks";
import type { AdaptiveLimit } from "./adaptive-limit";
import { type CheckpointGroup, checkpointGroup, checkpointIndices, staleGroups } from "./upload-checkpoint";
import { CloudFailure } from "./failure";
import type { Journal } from "./journal";
import { forEachParallel } from "./parallel";
import { Progress } from "./progress";
import { throwIfCancelled } from "./retry";

interface Sending {
  /** For the progress: `uploading to snap-1 in eu-central-1`. */
  what: string;
  /** Known number of data blocks of the disk. */
  dataBlocks: number;
  /** Blocks sent by earlier runs. */
  arrived: readonly CheckpointGroup[];
  /** Arrived blocks that no state has recorded. Closed at the end. */
  journal: Journal;
  limit: AdaptiveLimit;
  signal: AbortSignal;
  status(line: string): void;
  /** Maximum of adjacent blocks in one call. Default: 1. */
  together?: number;
  /** Stores adjacent blocks, with retries. */
  put(blocks: readonly HashedBlock[], signal: AbortSignal): Promise<void>;
}

/** Digests of what was read; the caller compares them with `inspect`'s. */
export interface Sent {
  /** SHA-256 of every data block, by index. */
  digests: Map<number, Buffer>;
  /** Blocks sent by this run. */
  sent: number;
}

/** The upload stopped, with the blocks that have arrived. */
export class UploadInterrupted extends Error {
  override name = "UploadInterrupted";
  constructor(
    readonly failure: unknown,
    readonly arrived: CheckpointGroup[],
  ) {
    super(failure instanceof Error ? failure.message : String(failure));
  }
}

/**
 * @throws {UploadInterrupted} with the blocks that arrived, also when stopped by the user or when the disk cannot be
 * read
 */
export async function sendBlocks(sending: Sending, disk: AsyncIterable<HashedBlock>): Promise<Sent> {
  const { journal, limit, signal } = sending;
  const before = checkpointIndices(sending.arrived);
  const progress = new Progress({
    what: sending.what,
    totalBytes: sending.dataBlocks * BLOCK_SIZE,
    show: (line) => sending.status(line),
  });
  const digests = new Map<number, Buffer>();
  const arrivedNow = new Map<number, Buffer>();
  let sent = 0;

  async function* missing() {
    for await (const block of disk) {
      const { index, sha256 } = block;
      throwIfCancelled(signal);
      digests.set(index, sha256);
      const journaled = journal.has(index, sha256);
      if (journaled) arrivedNow.set(index, sha256);
      // A block in the journal with other bytes must be sent again, whatever the state says.
      const arrived = journaled || (before.has(index) && !journal.knows(index));
      if (arrived) progress.skipped(BLOCK_SIZE);
      else yield block;
    }
  }

  try {
    const weight = { bytes: (run: readonly HashedBlock[]) => run.length * BLOCK_SIZE };
    await forEachParallel(
      runsOf(missing(), sending.together ?? 1),
      limit,
      signal,
      weight,
      async (run, inner) => {
        await sending.put(run, inner);
        for (const { index, sha256 } of run) {
          journal.add(index, sha256);
          arrivedNow.set(index, sha256);
        }
        sent += run.length;
        limit.succeeded();
        progress.moved(run.length * BLOCK_SIZE);
      },
    );
  } catch (error) {
    const fresh = new Map([...arrivedNow].filter(([index]) => !before.has(index)));
    throw new UploadInterrupted(error, [...sending.arrived, ...checkpointGroup(fresh)]);
  } finally {
    journal.close();
  }

  const untrue = staleGroups(sending.arrived, digests);
  if (untrue.length > 0) {
    const kept = sending.arrived.filter((group) => !untrue.includes(group));
    throw new UploadInterrupted(
      new CloudFailure("refused", "the disk is not the one that an earlier run began to upload", {
        cure: "run `pulumi up` again",
      }),
      [...kept, ...checkpointGroup(arrivedNow)],
    );
  }
  return { digests, sent };
}

/** Runs of adjacent blocks, at most `most` each. */
async function* runsOf(blocks: AsyncIterable<HashedBlock>, most: number): AsyncGenerator<HashedBlock[]> {
  let run: HashedBlock[] = [];
  for await (const block of blocks) {
    const last = run.at(-1);
    if (last && (run.length >= most || last.index + 1 !== block.index)) {
      yield run;
      run = [];
    }
    run.push(block);
    if (run.length >= most) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}
