/** Removes a gallery's users beyond a limit: at once, independently of all other changes to it. */
import { CloudFailure, failedWith } from "../failure";
import { readSharing, removeShares, resetSharing, type SharedGallery, sharesBeyond } from "./gallery-sharing";
import type { AzureSession } from "./api/session";
import { showInGallery } from "./api/galleries";
import { refuseOthers, refuseOthersVersions } from "./others";

/** The maximum sharing of a gallery. */
interface GalleryLimit {
  /** The profile's `permissions`: `Private`, `Groups` or `Community`. */
  readonly permissions: string;
  readonly subscriptions: readonly string[];
  readonly tenants: readonly string[];
}

/**
 * A gallery changes from `Groups` or `Community` to private with the share action's `Reset`, which also removes the
 * profile. Azure permits no change between those two (`refusedPermissions` in config/azure/sharing.ts): no users are
 * removed for that.
 *
 * @param stack value of the tag `imprimatur:stack` on this stack's objects
 * @returns whether users beyond the limit were removed
 * @throws {CloudFailure} for another stack's gallery; if Azure refuses it
 */
export async function closeGallery(
  session: AzureSession,
  id: string,
  may: GalleryLimit,
  stack: string,
): Promise<boolean> {
  const have = await readSharing(session, id);
  if (!have) return false;
  const what = `gallery ${showInGallery(id)}`;
  if (have.permissions === may.permissions) {
    const beyond = sharesBeyond(have, may);
    if (beyond.length === 0) return false;
    await refuseOthersIn(session, id, have, stack);
    await removeShares(session, id, beyond);
    return true;
  }
  if (have.permissions === "Private") return false;
  await refuseOthersIn(session, id, have, stack);
  if (may.permissions !== "Private") {
    throw new CloudFailure(
      "refused",
      `${what} permits ${have.permissions}, and Azure never changes that to ${may.permissions}`,
      {
        cure: "share with nobody for one `up` (sharing: {}), or give it another name (gallery.name)",
      },
    );
  }
  await resetSharing(session, id);
  return true;
}

/**
 * Access to a gallery is access to everything in it: the versions of another stack in it are not to be closed by this
 * one.
 */
async function refuseOthersIn(
  session: AzureSession,
  id: string,
  { tags }: Pick<SharedGallery, "tags">,
  stack: string,
): Promise<void> {
  refuseOthers(`gallery ${showInGallery(id)}`, tags, stack);
  try {
    await refuseOthersVersions(session, id, stack, "closed");
  } catch (error) {
    // A failure to list the versions does not stop the closing.
    if (failedWith(error, "refused", "cancelled")) throw error;
  }
}
