import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { EBSClient, GetSnapshotBlockCommand, paginateListSnapshotBlocks } from "@aws-sdk/client-ebs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

/** The account that publishes, or one unrelated to it. */
export type Who = "publisher" | "stranger";

export function settings(env: Record<string, string>, region: string, who: Who) {
  // An administrator in place of the publisher's own user, which has no more rights than it needs.
  const prefix = who === "stranger" ? "STRANGER_" : "ADMINISTRATOR_";
  return {
    region,
    endpoint: env.AWS_ENDPOINT_URL!,
    credentials: {
      accessKeyId: env[`${prefix}AWS_ACCESS_KEY_ID`]!,
      secretAccessKey: env[`${prefix}AWS_SECRET_ACCESS_KEY`]!,
    },
  };
}

/** The official SDK against the rehearsal, without any code of this project. */
export function ec2(env: Record<string, string>, region: string, who: Who = "publisher"): EC2Client {
  return new EC2Client(settings(env, region, who));
}

export function ssm(env: Record<string, string>, region: string, who: Who = "publisher"): SSMClient {
  return new SSMClient(settings(env, region, who));
}

/** The AMI in a publisher's parameter in a region; `undefined` if there is no such parameter. */
export async function pointedTo(
  env: Record<string, string>,
  region: string,
  Name: string,
): Promise<string | undefined> {
  const client = ssm(env, region);
  try {
    return (await client.send(new GetParameterCommand({ Name }))).Parameter?.Value;
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterNotFound") return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/** Writes a snapshot to a sparse file of `size` bytes through EBS direct, each block checked against its checksum. */
export async function downloadSnapshot(
  env: Record<string, string>,
  region: string,
  snapshotId: string,
  file: string,
  size: number,
): Promise<{ blocks: number }> {
  const client = new EBSClient(settings(env, region, "publisher"));
  const target = await fs.open(file, "w");
  let blocks = 0;
  try {
    await target.truncate(size);
    for await (const page of paginateListSnapshotBlocks(
      { client, pageSize: 1000 },
      { SnapshotId: snapshotId },
    )) {
      const listed = page.Blocks ?? [];
      for (let at = 0; at < listed.length; at += 16) {
        const batch = listed.slice(at, at + 16).map(async ({ BlockIndex = 0, BlockToken }) => {
          const got = await client.send(
            new GetSnapshotBlockCommand({ SnapshotId: snapshotId, BlockIndex, BlockToken }),
          );
          const data = Buffer.from((await got.BlockData?.transformToByteArray()) ?? []);
          if (createHash("sha256").update(data).digest("base64") !== got.Checksum) {
            throw new Error(`${snapshotId} block ${BlockIndex}: not what its checksum says`);
          }
          const start = BlockIndex * page.BlockSize!;
          await target.write(data, 0, Math.min(data.length, size - start), start);
        });
        await Promise.all(batch);
        blocks += batch.length;
      }
    }
  } finally {
    await target.close();
    client.destroy();
  }
  return { blocks };
}
