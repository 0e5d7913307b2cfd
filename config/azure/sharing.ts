/** Sharing modes of a gallery, and transitions between them that Azure refuses. Pure. */
import type { AzureConfig } from "./schema";

/** The gallery profile's permissions; the share action sets the grantees. */
export const PERMISSIONS = ["Private", "Groups", "Community"] as const;
export type GalleryPermissions = (typeof PERMISSIONS)[number];

export function galleryPermissions({ gallery: { sharing } }: AzureConfig): GalleryPermissions {
  if (sharing.community !== undefined) return "Community";
  return sharing.subscriptions.length + sharing.tenants.length > 0 ? "Groups" : "Private";
}

/** A gallery is shared as a whole. */
export const azureSharing = {
  // Another stack's gallery is changed by that stack.
  of: (config: AzureConfig): Readonly<Record<string, string>> =>
    config.gallery.exists
      ? {}
      : { [`${config.resourceGroup.name}/${config.gallery.name}`]: galleryPermissions(config) },
  with: (grantees: readonly string[]): GalleryPermissions => {
    if (grantees.includes("public")) return "Community";
    return grantees.length > 0 ? "Groups" : "Private";
  },
  refused: refusedPermissions,
};

/**
 * Reason why a gallery cannot change from one permission to the other, with the cure. Direct sharing is only for
 * galleries created with it (learn.microsoft.com/azure/virtual-machines/share-gallery-direct, 2026-11: "You can't use
 * an existing gallery"; github.com/Azure/azure-cli/issues/22223); any gallery can be made public, and private again.
 *
 * @param gallery `resource group/name`
 */
export function refusedPermissions(gallery: string, from: string, to: string): string | undefined {
  if (from === to || to === "Private") return undefined;
  if (to === "Groups") {
    return (
      `gallery ${gallery} is ${from === "Private" ? "private" : "open to everyone"}, and Azure shares with subscriptions and ` +
      "tenants only a gallery that was made for that; give it another name (gallery.name), or take gallery.sharing back"
    );
  }
  if (from === "Private") return undefined;
  return (
    `gallery ${gallery} is shared with subscriptions or tenants, and is opened to everyone in two steps: share with ` +
    "nobody for one `up` (sharing: {}), then with everyone"
  );
}
