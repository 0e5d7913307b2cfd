import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { EBSClient, GetSnapshotBlockCommand, paginateListSnapshotBlocks } from "@aws-sdk/client-ebs";

/** What reading one snapshot back found. */
export interface ReadBack {
  /** Blocks of 512 KiB that the snapshot holds and that were compared. */
  blocks: number;
  /** Indices of the blocks that are not what the raw disk has there. */
  different: number[];
}

const AT_ONCE = 16;

/**
 * Reads a published snapshot through EBS direct, with the official SDK alone, and compares it byte by byte with the raw
 * disk: a check of the publication that shares no code with it. What the snapshot leaves out must be zero in the disk.
 */
export async function readBack(
  env: Record<string, string>,
  region: string,
  snapshotId: string,
  rawDisk: string,
): Promise<ReadBack> {
  const client = new EBSClient({
    region,
    endpoint: env["AWS_ENDPOINT_URL"],
    credentials: {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const disk = await open(rawDisk, "r");
  try {
    const tokens = new Map<number, string>();
    let blockSize = 0;
    for await (const page of paginateListSnapshotBlocks(
      { client, pageSize: 1000 },
      { SnapshotId: snapshotId },
    )) {
      blockSize = page.BlockSize ?? blockSize;
      for (const { BlockIndex, BlockToken } of page.Blocks ?? [])
        tokens.set(BlockIndex ?? 0, BlockToken ?? "");
    }
    if (blockSize === 0) throw new Error(`${snapshotId} in ${region}: EBS direct named no block size`);
    const { size } = await disk.stat();
    const different: number[] = [];
    const indices = Array.from({ length: Math.ceil(size / blockSize) }, (_, index) => index).values();
    const worker = async () => {
      for (const index of indices) {
        const wanted = await readBlock(disk, index, blockSize);
        const token = tokens.get(index);
        const found =
          token === undefined
            ? Buffer.alloc(blockSize)
            : await getBlock(client, { SnapshotId: snapshotId, BlockIndex: index, BlockToken: token });
        if (!wanted.equals(found)) different.push(index);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { blocks: tokens.size, different: different.sort((a, b) => a - b) };
  } finally {
    await disk.close();
    client.destroy();
  }
}

async function getBlock(
  client: EBSClient,
  what: { SnapshotId: string; BlockIndex: number; BlockToken: string },
): Promise<Buffer> {
  const got = await client.send(new GetSnapshotBlockCommand(what));
  const data = Buffer.from((await got.BlockData?.transformToByteArray()) ?? []);
  if (createHash("sha256").update(data).digest("base64") !== got.Checksum) {
    throw new Error(`${what.SnapshotId} block ${what.BlockIndex}: arrived damaged, its checksum is another`);
  }
  return data;
}

/** One block of the disk; what lies beyond its end reads as zeros, as in a volume. */
async function readBlock(disk: FileHandle, index: number, blockSize: number): Promise<Buffer> {
  const block = Buffer.alloc(blockSize);
  for (let got = 0; got < blockSize;) {
    const { bytesRead } = await disk.read(block, got, blockSize - got, index * blockSize + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return block;
}
