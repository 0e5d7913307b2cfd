/** EBS direct calls. Calls for one block take the abort signal of the transfer they belong to. */
import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  type ListSnapshotBlocksResponse,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import { createHash } from "node:crypto";
import type { HashedBlock } from "../../../disk/blocks";
import { BLOCK_SIZE } from "../../../facts/units";
import { CloudFailure } from "../../failure";
import { PAGE } from "./pages";
import { call, type Session } from "./session";
import { tagList } from "./tags";

interface NewSnapshot {
  /** GiB. */
  readonly volumeSize: number;
  readonly description: string;
  readonly tags: Record<string, string>;
  readonly clientToken: string;
  /** Minutes without a new block after which AWS cancels the snapshot. */
  readonly timeout: number;
}

/** @returns the id of the snapshot; a reused token returns the snapshot it created before */
export async function startSnapshot(session: Session, wanted: NewSnapshot): Promise<string> {
  const command = new StartSnapshotCommand({
    VolumeSize: wanted.volumeSize,
    Description: wanted.description,
    Tags: tagList(wanted.tags),
    ClientToken: wanted.clientToken,
    Timeout: wanted.timeout,
  });
  const { SnapshotId } = await call(session, "StartSnapshot", (abortSignal) =>
    session.clients.ebs.send(command, { abortSignal }),
  );
  if (!SnapshotId) throw new Error(`StartSnapshot in ${session.region} answered no snapshot id`);
  return SnapshotId;
}

/** @throws {CloudFailure} `refused`: AWS stored a different checksum */
export async function putSnapshotBlock(
  session: Session,
  SnapshotId: string,
  { index, data, sha256 }: HashedBlock,
  signal: AbortSignal,
): Promise<void> {
  const Checksum = sha256.toString("base64");
  const what = `PutSnapshotBlock ${SnapshotId}, block ${index}`;
  const put = (abortSignal: AbortSignal) =>
    session.clients.ebs.send(
      withPayloadHash(
        new PutSnapshotBlockCommand({
          SnapshotId,
          BlockIndex: index,
          BlockData: data,
          DataLength: BLOCK_SIZE,
          Checksum,
          ChecksumAlgorithm: "SHA256",
        }),
        sha256,
      ),
      { abortSignal },
    );
  const answer = await call(session, what, put, signal);
  if (answer.Checksum !== undefined && answer.Checksum !== Checksum) {
    throw new CloudFailure("refused", `${what} in ${session.region}: AWS stored other bytes than were sent`);
  }
}

/**
 * Signature Version 4 signs the payload's SHA-256, and that of a block is known: the signer takes the header, and does
 * not hash each block a second time on the main thread.
 */
function withPayloadHash(command: PutSnapshotBlockCommand, sha256: Buffer): PutSnapshotBlockCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers["x-amz-content-sha256"] =
        sha256.toString("hex");
      return next(args);
    },
    { step: "build", name: "knownPayloadHash" },
  );
  return command;
}

/** Completes the snapshot. AWS compares count and checksum with its own later. */
export async function completeSnapshot(
  session: Session,
  SnapshotId: string,
  { blocks, checksum }: { readonly blocks: number; readonly checksum: Buffer },
): Promise<void> {
  const command = new CompleteSnapshotCommand({
    SnapshotId,
    ChangedBlocksCount: blocks,
    Checksum: checksum.toString("base64"),
    ChecksumAlgorithm: "SHA256",
    ChecksumAggregationMethod: "LINEAR",
  });
  await call(session, `CompleteSnapshot ${SnapshotId}`, (abortSignal) =>
    session.clients.ebs.send(command, { abortSignal }),
  );
}

/** One page: a complete list would hold one token per block of the disk in memory. */
export function listSnapshotBlocks(
  session: Session,
  SnapshotId: string,
  NextToken: string | undefined,
): Promise<ListSnapshotBlocksResponse> {
  const command = new ListSnapshotBlocksCommand({ SnapshotId, NextToken, MaxResults: PAGE });
  return call(session, `ListSnapshotBlocks ${SnapshotId}`, (abortSignal) =>
    session.clients.ebs.send(command, { abortSignal }),
  );
}

/** A block whose checksum matches; a truncated or corrupted one is fetched again. */
export function getSnapshotBlock(
  session: Session,
  SnapshotId: string,
  { index, token }: { readonly index: number; readonly token: string },
  signal: AbortSignal,
): Promise<{ data: Buffer; digest: Buffer }> {
  const what = `GetSnapshotBlock ${SnapshotId}, block ${index}`;
  const command = new GetSnapshotBlockCommand({ SnapshotId, BlockIndex: index, BlockToken: token });
  return call(
    session,
    what,
    async (abortSignal) => {
      const answer = await session.clients.ebs.send(command, { abortSignal });
      if (!answer.BlockData) throw new Error("the answer has no data");
      const bytes = await answer.BlockData.transformToByteArray();
      const digest = createHash("sha256").update(bytes).digest();
      const sum = digest.toString("base64");
      if (bytes.length !== BLOCK_SIZE || (answer.Checksum ?? sum) !== sum)
        throw new CloudFailure("network", `${what} in ${session.region}: the block arrived damaged`);
      return { digest, data: Buffer.from(bytes.buffer, bytes.byteOffset, BLOCK_SIZE) };
    },
    signal,
  );
}
