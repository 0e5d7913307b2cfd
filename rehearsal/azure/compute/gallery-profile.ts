import { randomUUID } from "node:crypto";
import { z } from "zod";
import { invalid, notAllowed, propertyChange } from "../arm/errors";
import { patchMembers, readOnly, trackedMembers } from "../arm/tracked";
import type { Community, Gallery } from "../state";
import { isShared } from "./sharing";

const communitySchema = z.strictObject({
  publisherUri: z.string().min(1).optional(),
  publisherContact: z.email().optional(),
  eula: z.string().min(1).optional(),
  publicNamePrefix: z
    .string()
    .regex(/^[A-Za-z0-9]{5,16}$/, "A public name prefix has 5 to 16 letters and digits.")
    .optional(),
  communityGalleryEnabled: readOnly,
  publicNames: readOnly,
});

const propertiesSchema = z.strictObject({
  description: z.string().optional(),
  identifier: z.strictObject({ uniqueName: readOnly }).optional(),
  sharingProfile: z
    .strictObject({
      permissions: z.enum(["Private", "Groups", "Community"]).optional(),
      communityGalleryInfo: communitySchema.optional(),
      groups: readOnly,
    })
    .optional(),
  softDeletePolicy: z
    .strictObject({
      // A preview feature that a subscription must register first (github.com/Azure/azure-cli/issues/27017).
      isSoftDeleteEnabled: z
        .literal(false, "Subscription is not registered with the feature Microsoft.Compute/SigSoftDelete.")
        .optional(),
    })
    .optional(),
  provisioningState: readOnly,
  sharingStatus: readOnly,
});
export const gallerySchema = z.strictObject({ ...trackedMembers, properties: propertiesSchema.optional() });
export const galleryPatchSchema = z.strictObject({
  ...patchMembers,
  properties: propertiesSchema.optional(),
});
type Properties = z.infer<typeof propertiesSchema>;

/**
 * Permitted sharing, separate from sharing itself. A shared gallery keeps its profile until it is reset. An existing
 * one can become a community gallery and private again, but can neither become one for groups nor cease to be one
 * except by a reset (learn.microsoft.com/azure/virtual-machines/share-gallery-direct, 2026-11: "You can't use an
 * existing gallery"; github.com/Azure/azure-cli/issues/22223).
 */
export function applyProfile(
  gallery: Gallery,
  profile: NonNullable<Properties["sharingProfile"]>,
  isNew: boolean,
): void {
  const permissions = profile.permissions ?? gallery.permissions;
  const info = profile.communityGalleryInfo;
  if (isShared(gallery) && permissions !== gallery.permissions) {
    throw notAllowed(
      `Gallery ${gallery.name} is shared with ${gallery.permissions}; reset its sharing before its permissions are changed.`,
      "sharingProfile.permissions",
    );
  }
  const toOrFromGroups =
    permissions !== gallery.permissions && [permissions, gallery.permissions].includes("Groups");
  if (!isNew && toOrFromGroups) throw propertyChange("gallery.properties.sharingProfile.permissions");
  if (permissions !== "Community") {
    if (info)
      throw invalid(
        "sharingProfile.communityGalleryInfo",
        `A community gallery's information needs sharingProfile.permissions Community, not ${permissions}.`,
      );
    gallery.permissions = permissions;
    delete gallery.community;
    return;
  }
  const before = gallery.community;
  const wanted = { ...before, ...info };
  const needed = ["publisherUri", "publisherContact", "eula", "publicNamePrefix"] as const;
  for (const field of needed) {
    if (wanted[field] === undefined) {
      const path = `sharingProfile.communityGalleryInfo.${field}`;
      throw invalid(path, `Required parameter '${path}' is missing (null).`);
    }
  }
  const given = wanted as Required<Pick<Community, (typeof needed)[number]>>;
  if (before?.enabled && before.publicNamePrefix !== given.publicNamePrefix) {
    throw notAllowed(
      `The public name prefix of gallery ${gallery.name} cannot be changed while it is shared to the community.`,
      "publicNamePrefix",
    );
  }
  const samePrefix = before?.publicNamePrefix === given.publicNamePrefix;
  gallery.permissions = permissions;
  gallery.community = {
    publisherUri: given.publisherUri,
    publisherContact: given.publisherContact,
    eula: given.eula,
    publicNamePrefix: given.publicNamePrefix,
    publicName: before && samePrefix ? before.publicName : `${given.publicNamePrefix}-${randomUUID()}`,
    enabled: before?.enabled ?? false,
  };
}
