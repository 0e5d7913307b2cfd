/** Sharing of a compute gallery: read as a whole, set as a whole. */
import { CloudFailure, failedWith } from "../failure";
import { wait } from "../retry";
import { armUrl, type AzureSession, findResource } from "./http";
import { runOperation } from "./operations";

export interface GalleryShares {
  /** Everyone on Azure sees it. */
  community: boolean;
  subscriptions: string[];
  tenants: string[];
}

interface Gallery {
  properties: {
    sharingProfile?: {
      permissions?: string;
      groups?: { type: string; ids?: string[] }[];
      communityGalleryInfo?: { communityGalleryEnabled?: boolean; publicNames?: string[] };
    };
    sharingStatus?: {
      aggregatedState?: string;
      summary?: { region?: string; state?: string; details?: string }[];
    };
  };
}

export interface SharedGallery extends GalleryShares {
  /** Empty when it is not public. */
  publicName: string;
  status: string;
  problems: string;
}

const show = (id: string) => `gallery ${id.split("/").at(-1)}`;

export async function readSharing(
  session: AzureSession,
  galleryId: string,
): Promise<SharedGallery | undefined> {
  const url = armUrl(galleryId, "galleries", "$expand=SharingProfile/Groups");
  const gallery = await findResource<Gallery>(session, `get ${show(galleryId)}`, url);
  if (!gallery) return undefined;
  const { sharingProfile: profile = {}, sharingStatus } = gallery.properties;
  const idsOf = (type: string) =>
    (profile.groups ?? [])
      .filter((group) => group.type === type)
      .flatMap(({ ids = [] }) => ids.map((id) => id.toLowerCase()))
      .sort();
  return {
    community: profile.communityGalleryInfo?.communityGalleryEnabled ?? false,
    subscriptions: idsOf("Subscriptions"),
    tenants: idsOf("AADTenants"),
    publicName: profile.communityGalleryInfo?.publicNames?.[0] ?? "",
    status: sharingStatus?.aggregatedState ?? "Succeeded",
    problems: (sharingStatus?.summary ?? [])
      .filter(({ state }) => state === "Failed")
      .map(({ region, details }) => `${region}: ${details ?? "failed"}`)
      .join("; "),
  };
}

/** Makes the gallery shared with exactly these, and waits until every region has it so. @returns the public name */
export async function setSharing(
  session: AzureSession,
  galleryId: string,
  want: GalleryShares,
): Promise<string> {
  const have = await readSharing(session, galleryId);
  if (!have) throw new CloudFailure("absent", `${show(galleryId)} does not exist`);
  const missing = (wanted: string[], held: string[]) =>
    wanted.map((id) => id.toLowerCase()).filter((id) => !held.includes(id));
  const lower = (ids: string[]) => ids.map((id) => id.toLowerCase());
  const groups = (subscriptions: string[], tenants: string[]) => [
    ...(subscriptions.length > 0 ? [{ type: "Subscriptions", ids: subscriptions }] : []),
    ...(tenants.length > 0 ? [{ type: "AADTenants", ids: tenants }] : []),
  ];
  // Away first: a mistake in sharing must end with fewer who can see it, not more.
  const remove = groups(
    missing(have.subscriptions, lower(want.subscriptions)),
    missing(have.tenants, lower(want.tenants)),
  );
  const add = groups(missing(want.subscriptions, have.subscriptions), missing(want.tenants, have.tenants));
  if (remove.length > 0) await share(session, galleryId, { operationType: "Remove", groups: remove });
  if (add.length > 0) await share(session, galleryId, { operationType: "Add", groups: add });
  if (want.community && !have.community)
    await share(session, galleryId, { operationType: "EnableCommunity" });
  return awaitSharing(session, galleryId, want);
}

/** Private again. A gallery that is gone is fine. */
export async function resetSharing(session: AzureSession, galleryId: string): Promise<void> {
  try {
    if (await readSharing(session, galleryId)) await share(session, galleryId, { operationType: "Reset" });
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
  }
}

async function share(session: AzureSession, galleryId: string, update: object): Promise<void> {
  const url = armUrl(`${galleryId}/share`, "galleries");
  await runOperation(session, `share ${show(galleryId)}`, { method: "POST", url, json: update });
}

/** Sharing reaches the regions one after the other. */
const SHARING_LIMIT = 30 * 60_000;

async function awaitSharing(session: AzureSession, galleryId: string, want: GalleryShares): Promise<string> {
  let waited = 0;
  for (let pace = 500; ; pace = Math.min(10_000, pace * 1.5)) {
    const have = await readSharing(session, galleryId);
    if (!have) throw new CloudFailure("absent", `${show(galleryId)} does not exist`);
    if (have.status === "Failed") {
      throw new CloudFailure(
        "refused",
        `${show(galleryId)} could not be shared: ${have.problems || "Azure gave no reason"}`,
      );
    }
    if (have.status === "Succeeded" && (have.community || !want.community)) return have.publicName;
    if (waited > SHARING_LIMIT) {
      throw new CloudFailure(
        "timeout",
        `${show(galleryId)} is still not shared after 30 minutes (${have.status})`,
      );
    }
    session.status(`${show(galleryId)}: sharing ${have.status}`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}
