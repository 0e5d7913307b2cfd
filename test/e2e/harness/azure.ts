import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { ComputeManagementClient } from "@azure/arm-compute";
import { withBytesOf } from "../../../rehearsal/guided/read-back/azure";

const PIECE = 4 * 1024 * 1024;

/** Azure's own client for a caller unrelated to the publisher. */
export function strangerOnAzure(env: Record<string, string>): ComputeManagementClient {
  return clientOf(env, env.STRANGER_AZURE_TOKEN!, env.STRANGER_AZURE_SUBSCRIPTION_ID!);
}

/** The same for the publisher, for changes by hand. */
export function publisherOnAzure(env: Record<string, string>): ComputeManagementClient {
  return clientOf(env, env.ADMINISTRATOR_AZURE_TOKEN!, env.AZURE_SUBSCRIPTION_ID!);
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

/**
 * Makes a gallery private by hand: the response has no body, as recorded, which the client for Node does not accept.
 */
export async function resetGallery(
  env: Record<string, string>,
  group: string,
  gallery: string,
): Promise<void> {
  const share = `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}/resourceGroups/${group}/providers/Microsoft.Compute/galleries/${gallery}/share`;
  // The stand-in's certificate is trusted by processes that are started with it; this process was not.
  const endpoint = env.AZURE_RESOURCE_MANAGER_ENDPOINT!.replace("https:", "http:");
  const answer = await fetch(`${endpoint}${share}?api-version=2024-03-03`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.AZURE_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ operationType: "Reset" }),
  });
  if (!answer.ok) throw new Error(`share: ${await answer.text()}`);
}

/** Writes a gallery version to a sparse file of `size` bytes, through a temporary disk that is created from it. */
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
