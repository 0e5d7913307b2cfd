import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComputeManagementClient } from "@azure/arm-compute";
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import { MIB } from "../../../../facts/units";
import type { RunningCloud } from "../../../../rehearsal/cloud";
import { start } from "../../../../rehearsal/azure";

// Each test talks to a real Azurite; a busy machine needs more than the usual 5 seconds.

/** A running stand-in with Azure's own clients for both callers, deleted at the end. */
export interface Rehearsal {
  cloud: RunningCloud;
  directory: string;
  publisher: ComputeManagementClient;
  stranger: ComputeManagementClient;
  /** ARM without a client, for requests that the clients would not send. */
  arm: (
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ) => Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>;
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function rehearse(pace = 0): Promise<Rehearsal> {
  const directory = mkdtempSync(join(tmpdir(), "azure-"));
  let cloud = await start({ directory, pace });
  const env = () => cloud.environment();
  const client = (token: string, subscription: string) =>
    new ComputeManagementClient(
      { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      subscription,
      {
        endpoint: env().AZURE_RESOURCE_MANAGER_ENDPOINT,
        tlsOptions: { ca: readFileSync(env().NODE_EXTRA_CA_CERTS ?? "") },
        retryOptions: { maxRetries: 0 },
      },
    );
  const {
    ADMINISTRATOR_AZURE_TOKEN: AZURE_TOKEN = "",
    AZURE_SUBSCRIPTION_ID = "",
    STRANGER_AZURE_TOKEN = "",
    STRANGER_AZURE_SUBSCRIPTION_ID = "",
  } = env();
  const made: Rehearsal = {
    cloud,
    directory,
    publisher: client(AZURE_TOKEN, AZURE_SUBSCRIPTION_ID),
    stranger: client(STRANGER_AZURE_TOKEN, STRANGER_AZURE_SUBSCRIPTION_ID),
    arm: async (method, path, body, token = AZURE_TOKEN) => {
      const answer = await fetch(`http://127.0.0.1:${made.cloud.port}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
        headers: answer.headers,
      };
    },
    restart: async () => {
      await made.cloud.stop();
      cloud = await start({ directory, pace, port: made.cloud.port });
      made.cloud = cloud;
    },
    end: async () => {
      await made.cloud.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return made;
}

/**
 * The share action without a client, to its end: as recorded its response has no body, which the client for Node does
 * not accept.
 */
export async function shareGallery({ arm, cloud }: Rehearsal, update: object): Promise<void> {
  const { AZURE_SUBSCRIPTION_ID } = cloud.environment();
  const path = `/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${GROUP}/providers/Microsoft.Compute/galleries/debian/share`;
  let answer = await arm("POST", `${path}?api-version=2024-03-03`, update);
  while (answer.status === 202) {
    const link = new URL(answer.headers.get("location") ?? "");
    answer = await arm("GET", link.pathname + link.search);
  }
  if (answer.status !== 200) throw new Error(`share: ${JSON.stringify(answer.body)}`);
}

/** A deletion, retried for as long as the cloud refuses it because of other recent deletions. */
export async function onceEmpty(remove: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== "CannotDeleteResource") throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A raw disk of `mib` MiB with data at both ends and in the middle, as the fixed VHD that qemu-img makes of it. */
export function qemuVhd(mib: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "vhd-"));
  try {
    const raw = Buffer.alloc(mib * MIB);
    raw.write("begin", 0);
    raw.fill("middle", Math.floor(mib / 2) * MIB, Math.floor(mib / 2) * MIB + 70_000);
    raw.write("end", raw.length - 3);
    writeFileSync(join(folder, "disk.raw"), raw);
    const [from, to] = [join(folder, "disk.raw"), join(folder, "disk.vhd")];
    execFileSync("qemu-img", [
      "convert",
      "-f",
      "raw",
      "-O",
      "vpc",
      "-o",
      "subformat=fixed,force_size",
      from,
      to,
    ]);
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the parts that are not zero, in pages of up to 4 MiB, over a write link. */
export async function upload(sas: string, vhd: Buffer): Promise<void> {
  const blob = blobAt(sas);
  for (let at = 0; at < vhd.length; at += 4 * MIB) {
    const part = vhd.subarray(at, Math.min(at + 4 * MIB, vhd.length));
    if (!part.every((byte) => byte === 0)) await blob.uploadPages(part, at, part.length);
  }
}

/** The page blob behind an access link. */
export const blobAt = (sas: string) =>
  new PageBlobClient(sas, new AnonymousCredential(), { retryOptions: { maxTries: 1 } });

export const download = (sas: string) => blobAt(sas).downloadToBuffer();

export const GROUP = "images";

export const putGroup = ({ arm, cloud }: Rehearsal, name = GROUP) =>
  arm(
    "PUT",
    `/subscriptions/${cloud.environment().AZURE_SUBSCRIPTION_ID}/resourceGroups/${name}?api-version=2024-03-01`,
    {
      location: "westeurope",
    },
  );

/** A disk with `vhd` in it, ready to create a version from. */
export async function uploadedDisk({ publisher }: Rehearsal, name: string, vhd: Buffer): Promise<string> {
  const disk = await publisher.disks.createOrUpdate(GROUP, name, {
    location: "westeurope",
    osType: "Linux",
    hyperVGeneration: "V2",
    creationData: { createOption: "Upload", uploadSizeBytes: vhd.length },
  });
  const { accessSAS = "" } = await publisher.disks.grantAccess(GROUP, name, {
    access: "Write",
    durationInSeconds: 3600,
  });
  await upload(accessSAS, vhd);
  await publisher.disks.revokeAccess(GROUP, name);
  return disk.id ?? "";
}

/** Resource group, gallery `debian` and definition `trixie`. */
export async function putDefinition(rehearsal: Rehearsal, sharingProfile?: object): Promise<void> {
  const { publisher } = rehearsal;
  await putGroup(rehearsal);
  await publisher.galleries.createOrUpdate(GROUP, "debian", {
    location: "westeurope",
    ...(sharingProfile && { sharingProfile }),
  });
  await publisher.galleryImages.createOrUpdate(GROUP, "debian", "trixie", {
    location: "westeurope",
    osType: "Linux",
    osState: "Generalized",
    hyperVGeneration: "V2",
    architecture: "x64",
    identifier: { publisher: "Debian", offer: "debian-13", sku: "13-gen2" },
  });
}

export const putVersion = (
  { publisher }: Rehearsal,
  disk: string,
  regions = ["westeurope"],
  more: object = {},
) =>
  publisher.galleryImageVersions.createOrUpdate(GROUP, "debian", "trixie", "13.1.0", {
    location: "westeurope",
    storageProfile: { osDiskImage: { hostCaching: "ReadWrite", source: { id: disk } } },
    publishingProfile: { targetRegions: regions.map((name) => ({ name, regionalReplicaCount: 1 })), ...more },
  });

/** A sharing profile that allows sharing with everyone. */
export const COMMUNITY = {
  permissions: "Community",
  communityGalleryInfo: {
    publicNamePrefix: "debianorg",
    publisherUri: "https://www.debian.org",
    publisherContact: "debian-cloud@lists.debian.org",
    eula: "https://www.debian.org/legal/licenses/",
  },
};

/** Deletes everything that both callers created. */
export async function clear({ arm, cloud }: Rehearsal): Promise<void> {
  const env = cloud.environment();
  await cloud.fault?.({ kind: "clear" });
  const owners = [
    [env.AZURE_SUBSCRIPTION_ID, env.ADMINISTRATOR_AZURE_TOKEN],
    [env.STRANGER_AZURE_SUBSCRIPTION_ID, env.STRANGER_AZURE_TOKEN],
  ];
  for (const [subscription, token] of owners) {
    const root = `/subscriptions/${subscription}`;
    const provider = "providers/Microsoft.Compute/galleries";
    const { body: galleries } = await arm(
      "GET",
      `${root}/${provider}?api-version=2024-03-03`,
      undefined,
      token,
    );
    for (const { id } of galleries.value as { id: string }[]) {
      await arm("POST", `${id}/share?api-version=2024-03-03`, { operationType: "Reset" }, token);
    }
    const { body: groups } = await arm(
      "GET",
      `${root}/resourceGroups?api-version=2024-03-01`,
      undefined,
      token,
    );
    for (const { id } of groups.value as { id: string }[]) {
      await arm("DELETE", `${id}?api-version=2024-03-01`, undefined, token);
    }
  }
}
