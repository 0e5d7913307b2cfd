/** A gallery is taken from everybody who may not have it: at once, whatever else has to be done to it. */
import { TAG } from "../../facts/tags";
import { CloudFailure, failedWith } from "../failure";
import { readSharing, removeShares, resetSharing, type SharedGallery, sharesBeyond } from "./gallery-sharing";
import type { AzureSession } from "./api/session";
import { showInGallery } from "./api/galleries";
import { refuseOthersVersions } from "./others";

/** Who may see a gallery at most. */
export interface GalleryLimit {
  /** What its profile permits: `Private`, `Groups` or `Community`. */
  readonly permissions: string;
  readonly subscriptions: readonly string[];
  readonly tenants: readonly string[];
}

/**
 * A gallery goes from `Groups` or `Community` to private by the share action's `Reset`, which also takes the profile away.
 * From one of the two to the other Azure lets none go (`refusedPermissions` in config/azure/sharing.ts): nothing is taken
 * from its users for that.
 *
 * @param stack value of the tag `imprimatur:stack` on what this stack made
 * @returns whether anybody had it who may not
 * @throws {CloudFailure} for another stack's; when Azure refuses it
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

/** Whoever is let into a gallery has all that is in it: what another stack publishes there is not this one's to take away. */
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
    // That Azure does not tell keeps nobody in.
    if (failedWith(error, "refused", "cancelled")) throw error;
  }
}

/** What another stack made stays; that it is there has to be known. */
export function refuseOthers(
  what: string,
  tags: Readonly<Record<string, string>> | undefined,
  stack: string,
): void {
  const owner = tags?.[TAG.stack];
  if (owner === stack) return;
  const tag = owner === undefined ? "it has no tag ${TAG.stack}" : `its tag ${TAG.stack} is "${owner}"`;
  throw new CloudFailure("refused", `${what} is there, and this stack did not make it (${tag})`, {
    cure: `close it by hand, or tag it ${TAG.stack}=${stack}`,
  });
}
