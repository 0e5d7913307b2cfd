import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { ComputeManagementClient } from "@azure/arm-compute";
import { withBytesOf } from "../../../rehearsal/guided/read-back/azure";

const PIECE = 4 * 1024 * 1024;

/** Azure's own client for somebody who has nothing to do with the publisher. */
export function strangerOnAzure(env: Record<string, string>): ComputeManagementClient {
  return clientOf(env, env.STRANGER_AZURE_TOKEN!, env.STRANGER_AZURE_SUBSCRIPTION_ID!);
}

/** The same for the publisher, who changes something by hand. */
export function publisherOnAzure(env: Record<string, string>): ComputeManagementClient {
  return clientOf(env, env.AZURE_TOKEN!, env.AZURE_SUBSCRIPTION_ID!);
}

function clientOf(env: Record<string, string>, token: string, subscription: string): ComputeManagementClient {
  return new ComputeManagementClient(
    { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    subscription,
    {
      endpoint: env.AZURE_RESOURCE_MANAGER_ENDPOINT,
      tlsOptions: { ca: readFileSync(env.NODE_EXTRA_CA_CERTS!) },
    },
  );
}

/** Writes a gallery version to a sparse file of `size` bytes, over a temporary disk that is made from it. */
export function downloadVersion(
  env: Record<string, string>,
  versionId: string,
  file: string,
  size: number,
): Promise<void> {
  return withBytesOf(env, versionId, async (blob, diskSize) => {
    const target = await open(file, "w");
    try {
      await target.truncate(size);
      for await (const range of blob.listPageRanges()) {
        const end = Math.min(range.end + 1, diskSize, size);
        for (let at = range.start; at < end; at += PIECE) {
          const piece = await blob.downloadToBuffer(at, Math.min(PIECE, end - at));
          await target.write(piece, 0, piece.length, at);
        }
      }
    } finally {
      await target.close();
    }
  });
}
