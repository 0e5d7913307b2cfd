/** The calls of EBS direct that are used, over the official client. */
import {
  CompleteSnapshotCommand,
  type CompleteSnapshotRequest,
  type EBSClient,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  type ListSnapshotBlocksRequest,
  type ListSnapshotBlocksResponse,
  PutSnapshotBlockCommand,
  type PutSnapshotBlockCommandInput,
  StartSnapshotCommand,
  type StartSnapshotRequest,
  type StartSnapshotResponse,
} from "@aws-sdk/client-ebs";

export interface BlockApi {
  startSnapshot(input: StartSnapshotRequest, signal: AbortSignal): Promise<StartSnapshotResponse>;
  putSnapshotBlock(input: PutSnapshotBlockCommandInput, signal: AbortSignal): Promise<{ Checksum?: string }>;
  completeSnapshot(input: CompleteSnapshotRequest, signal: AbortSignal): Promise<{ Status?: string }>;
  listSnapshotBlocks(
    input: ListSnapshotBlocksRequest,
    signal: AbortSignal,
  ): Promise<ListSnapshotBlocksResponse>;
  getSnapshotBlock(
    input: { SnapshotId: string; BlockIndex: number; BlockToken: string },
    signal: AbortSignal,
  ): Promise<{ data: Uint8Array; checksum?: string }>;
}

export function blockApi(client: EBSClient): BlockApi {
  return {
    startSnapshot: (input, abortSignal) => client.send(new StartSnapshotCommand(input), { abortSignal }),
    putSnapshotBlock: (input, abortSignal) =>
      client.send(new PutSnapshotBlockCommand(input), { abortSignal }),
    completeSnapshot: (input, abortSignal) =>
      client.send(new CompleteSnapshotCommand(input), { abortSignal }),
    listSnapshotBlocks: (input, abortSignal) =>
      client.send(new ListSnapshotBlocksCommand(input), { abortSignal }),
    async getSnapshotBlock(input, abortSignal) {
      const answer = await client.send(new GetSnapshotBlockCommand(input), { abortSignal });
      if (!answer.BlockData) throw new Error("the answer has no data");
      return { data: await answer.BlockData.transformToByteArray(), checksum: answer.Checksum };
    },
  };
}
