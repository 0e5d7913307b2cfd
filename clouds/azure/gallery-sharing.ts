/** Sharing of a compute gallery: read completely, set completely. */
import { CloudFailure, failedWith } from "../failure";
import { wait } from "../retry";
import { findGallery, shareGallery } from "./api/galleries";
import type { AzureSession } from "./api/session";

interface Groups {
  subscriptions: readonly string[];
  tenants: readonly string[];
}

export interface GalleryShares {
  /** Visible to everyone on Azure. */
  community: boolean;
  subscriptions: string[];
  tenants: string[];
}

export interface SharedGallery extends GalleryShares {
  /** Empty if it is not public. */
  publicName: string;
  /** The profile's `permissions`; a private gallery has no profile. */
  permissions: string;
  /** Identify the owner. */
  tags: Readonly<Record<string, string>>;
}

const show = (id: string) => `gallery ${id.split("/").at(-1)}`;

export async function readSharing(
  session: AzureSession,
  galleryId: string,
): Promise<SharedGallery | undefined> {
  const gallery = await findGallery(session, galleryId);
  if (!gallery) return undefined;
  const { sharingProfile: profile = {} } = gallery.properties;
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
    permissions: profile.permissions ?? "Private",
    tags: gallery.tags ?? {},
  };
}

/**
 * Shares the gallery with exactly these, and waits until it shows that.
 *
 * @param beforeAdding runs before access is granted
 * @returns the public name
 */
export async function setSharing(
  session: AzureSession,
  galleryId: string,
  want: GalleryShares,
  beforeAdding: () => Promise<void>,
): Promise<string> {
  const have = await readSharing(session, galleryId);
  if (!have) throw new CloudFailure("absent", `${show(galleryId)} does not exist`);
  // Removals first: a failure halfway must leave fewer users, not more.
  await removeShares(session, galleryId, sharesBeyond(have, want));
  const add = groups(missing(want.subscriptions, have.subscriptions), missing(want.tenants, have.tenants));
  const opens = want.community && !have.community;
  if (add.length > 0 || opens) await beforeAdding();
  if (add.length > 0) await share(session, galleryId, { operationType: "Add", groups: add });
  if (opens) await share(session, galleryId, { operationType: "EnableCommunity" });
  const shown = await awaitShown(session, galleryId, (now) => {
    const lacks = [
      ...(want.community && !now.community ? ["everyone"] : []),
      ...missing(want.subscriptions, now.subscriptions),
      ...missing(want.tenants, now.tenants),
    ];
    return lacks.length > 0 ? `it is not shared with ${lacks.join(", ")}` : undefined;
  });
  return shown.publicName;
}

/** The gallery's subscriptions and tenants that are not in `may`, in the format of the share action. */
export function sharesBeyond(have: Groups, may: Groups): object[] {
  return groups(
    missing(have.subscriptions, lower(may.subscriptions)),
    missing(have.tenants, lower(may.tenants)),
  );
}

/** @param shares of {@link sharesBeyond} */
export async function removeShares(
  session: AzureSession,
  galleryId: string,
  shares: object[],
): Promise<void> {
  if (shares.length > 0) await share(session, galleryId, { operationType: "Remove", groups: shares });
}

/** Makes the gallery private, unless it is already, and waits until it shows that. An absent gallery is accepted. */
export async function resetSharing(session: AzureSession, galleryId: string): Promise<void> {
  try {
    const have = await readSharing(session, galleryId);
    if (!have || have.permissions === "Private") return;
    await share(session, galleryId, { operationType: "Reset" });
    await awaitShown(session, galleryId, ({ permissions }) =>
      permissions === "Private" ? undefined : `it still permits ${permissions}`,
    );
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
  }
}

/** @throws {CloudFailure} `denied` with the roles that permit it: a closing may run before the preflight's check. */
async function share(session: AzureSession, galleryId: string, update: object): Promise<void> {
  try {
    await shareGallery(session, galleryId, update);
  } catch (error) {
    if (!failedWith(error, "denied")) throw error;
    throw error.curedBy(`assign there the role in docs/policies/azure-publisher.json${SHARING_CURE}`);
  }
}

/**
 * Roles that permit sharing, in addition to the published role; contents of built-in roles: iann0036/iam-dataset,
 * 2026-08-22.
 */
export const SHARING_CURE = ", or Compute Gallery Sharing Admin besides Contributor, which may not share";

/** In all recordings the next read showed the change; this is twenty times that. */
const SHOWN_WITHIN = 2 * 60_000;

/**
 * Waits until the gallery shows the requested sharing: the operation reports success by itself, and no response
 * contains the progress in regions (recordings of azure-cli, test_shared_gallery.yaml of 2023-06-25: no
 * `sharingStatus` anywhere).
 *
 * @param amiss returns the remaining difference
 */
async function awaitShown(
  session: AzureSession,
  galleryId: string,
  amiss: (gallery: SharedGallery) => string | undefined,
): Promise<SharedGallery> {
  let waited = 0;
  for (let pace = 500; ; pace = Math.min(10_000, pace * 1.5)) {
    const have = await readSharing(session, galleryId);
    if (!have) throw new CloudFailure("absent", `${show(galleryId)} does not exist`);
    const still = amiss(have);
    if (still === undefined) return have;
    if (waited > SHOWN_WITHIN) {
      const said = `${show(galleryId)}: Azure reported success, and ${still}`;
      throw new CloudFailure("server", said, { cure: "run `pulumi up` again" });
    }
    session.status(`${show(galleryId)}: its sharing is not shown yet`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

const lower = (ids: readonly string[]) => ids.map((id) => id.toLowerCase());

const groups = (subscriptions: string[], tenants: string[]) => [
  ...(subscriptions.length > 0 ? [{ type: "Subscriptions", ids: subscriptions }] : []),
  ...(tenants.length > 0 ? [{ type: "AADTenants", ids: tenants }] : []),
];

const missing = (wanted: readonly string[], held: readonly string[]) =>
  lower(wanted).filter((id) => !held.includes(id));
