import { createHash } from "node:crypto";
import { EBSClient, GetSnapshotBlockCommand, paginateListSnapshotBlocks } from "@aws-sdk/client-ebs";
import { BLOCK_SIZE } from "../../../facts/units";
import type { PublishedImage } from "../outputs";
import { type BlockDigests, digestsOf } from "./blocks";

/** The snapshot of an AMI, through EBS direct. */
export async function readAwsImage(
  env: Record<string, string>,
  { region = "", snapshotId = "" }: PublishedImage,
): Promise<BlockDigests> {
  const client = new EBSClient({
    region,
    endpoint: env["AWS_ENDPOINT_URL"],
    credentials: {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  try {
    const tokens = new Map<number, string>();
    const pages = paginateListSnapshotBlocks({ client, pageSize: 1000 }, { SnapshotId: snapshotId });
    for await (const page of pages) {
      if (page.BlockSize !== BLOCK_SIZE)
        throw new Error(
          `${snapshotId} in ${region} has blocks of ${page.BlockSize} bytes, not of ${BLOCK_SIZE}`,
        );
      for (const { BlockIndex = 0, BlockToken = "" } of page.Blocks ?? []) tokens.set(BlockIndex, BlockToken);
    }
    return await digestsOf(tokens.keys(), (index) =>
      getBlock(client, { SnapshotId: snapshotId, BlockIndex: index, BlockToken: tokens.get(index) }),
    );
  } finally {
    client.destroy();
  }
}

async function getBlock(
  client: EBSClient,
  what: { SnapshotId: string; BlockIndex: number; BlockToken: string | undefined },
): Promise<Buffer> {
  const got = await client.send(new GetSnapshotBlockCommand(what));
  const data = Buffer.from((await got.BlockData?.transformToByteArray()) ?? []);
  if (createHash("sha256").update(data).digest("base64") !== got.Checksum) {
    throw new Error(`${what.SnapshotId} block ${what.BlockIndex}: arrived damaged, its checksum is another`);
  }
  return data;
}
