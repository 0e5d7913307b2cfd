import { readFileSync } from "node:fs";
import { ComputeManagementClient } from "@azure/arm-compute";
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import { BLOCK_SIZE } from "../../../facts/units";
import { VHD_FOOTER_SIZE } from "../../../facts/vhd";
import type { PublishedImage } from "../outputs";
import { type BlockDigests, digestsOf } from "./blocks";

/** A gallery version, through a temporary disk created from it. */
export function readAzureVersion(env: Record<string, string>, { id }: PublishedImage): Promise<BlockDigests> {
  return withBytesOf(env, id, async (blob, size) => {
    const held = new Set<number>();
    for await (const range of blob.listPageRanges()) {
      const end = Math.min(size, range.end + 1);
      for (let index = Math.floor(range.start / BLOCK_SIZE); index * BLOCK_SIZE < end; index++)
        held.add(index);
    }
    return digestsOf(held, (index) => {
      const start = index * BLOCK_SIZE;
      return blob.downloadToBuffer(start, Math.min(BLOCK_SIZE, size - start));
    });
  });
}

/**
 * For a while no disk can be created from a replica just reported complete (github.com/Azure/AgentBaker/pull/8373).
 */
async function onceUsable(make: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await make();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== "GalleryImageNotFound" || tries === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 * tries));
    }
  }
}

/**
 * The bytes of a gallery version are only readable as a disk's: one is created from it, read over a SAS, and deleted
 * in any case. With the official clients only.
 *
 * @param use gets the disk as a page blob, and its size without the footer
 */
export async function withBytesOf<T>(
  env: Record<string, string>,
  versionId: string,
  use: (blob: PageBlobClient, size: number) => Promise<T>,
): Promise<T> {
  const [, , subscription = "", , group = ""] = versionId.split("/");
  const token = env["AZURE_TOKEN"] ?? "";
  const client = new ComputeManagementClient(
    { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    subscription,
    {
      endpoint: env["AZURE_RESOURCE_MANAGER_ENDPOINT"],
      tlsOptions: { ca: readFileSync(env["NODE_EXTRA_CA_CERTS"] ?? "") },
    },
  );
  const [gallery = "", , definition = "", , version = ""] = versionId.split("/").slice(-5);
  const { location } = await client.galleryImageVersions.get(group, gallery, definition, version);
  const name = `read-back-${definition}-${version}`.slice(0, 80);
  const waiting = { updateIntervalInMs: 250 };
  try {
    const creationData = { createOption: "FromImage", galleryImageReference: { id: versionId } };
    const make = () => client.disks.createOrUpdate(group, name, { location, creationData }, waiting);
    await onceUsable(make);
    const access = { access: "Read", durationInSeconds: 3600 };
    const { accessSAS = "" } = await client.disks.grantAccess(group, name, access, waiting);
    const blob = new PageBlobClient(accessSAS, new AnonymousCredential());
    const { contentLength = 0 } = await blob.getProperties();
    const used = await use(blob, contentLength - VHD_FOOTER_SIZE);
    await client.disks.revokeAccess(group, name, waiting);
    return used;
  } finally {
    await client.disks.delete(group, name, waiting);
  }
}
