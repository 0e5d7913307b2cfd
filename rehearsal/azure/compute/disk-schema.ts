import { z } from "zod";
import { MIB } from "../../../facts/units";
import { patchMembers, readOnly, trackedMembers } from "../arm/tracked";

/** 20 MiB and 32 TiB, plus the footer's 512 bytes: the service's own limits. */
const UPLOAD_LIMITS = [20_972_032, 35_183_298_347_520] as const;

const imageReference = z.strictObject({
  id: z.string().optional(),
  sharedGalleryImageId: z.string().optional(),
  communityGalleryImageId: z.string().optional(),
  lun: z.int().nullish(),
});

const uploadSize = z
  .int()
  .refine(
    (size) => size >= UPLOAD_LIMITS[0] && size <= UPLOAD_LIMITS[1],
    `The value must be between ${UPLOAD_LIMITS.join(" and ")}.`,
  )
  .refine(
    (size) => (size - 512) % MIB === 0,
    "The upload size must be a whole number of MiB plus 512 bytes for the VHD footer.",
  );

/** https://learn.microsoft.com/rest/api/compute/disks/create-or-update: only what is supported here. */
const creationData = z.discriminatedUnion("createOption", [
  z.strictObject({
    createOption: z.literal("Upload"),
    uploadSizeBytes: uploadSize,
    logicalSectorSize: z.literal([512, 4096]).optional(),
    performancePlus: z.boolean().optional(),
    sourceUniqueId: readOnly,
  }),
  z.strictObject({
    createOption: z.literal("Empty"),
    logicalSectorSize: z.literal([512, 4096]).optional(),
    performancePlus: z.boolean().optional(),
    sourceUniqueId: readOnly,
  }),
  z.strictObject({
    createOption: z.literal("FromImage"),
    imageReference: imageReference.optional(),
    galleryImageReference: imageReference.optional(),
    performancePlus: z.boolean().optional(),
    sourceUniqueId: readOnly,
  }),
]);

const SKUS = [
  "Standard_LRS",
  "Premium_LRS",
  "StandardSSD_LRS",
  "UltraSSD_LRS",
  "Premium_ZRS",
  "StandardSSD_ZRS",
  "PremiumV2_LRS",
] as const;
const sku = z.strictObject({ name: z.enum(SKUS), tier: readOnly });

const changeable = {
  osType: z.enum(["Linux", "Windows"]).optional(),
  diskSizeGB: z.int().min(1).max(65_536).optional(),
  networkAccessPolicy: z.enum(["AllowAll", "AllowPrivate", "DenyAll"]).optional(),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).optional(),
  dataAccessAuthMode: z.enum(["None", "AzureActiveDirectory"]).optional(),
  burstingEnabled: z.boolean().optional(),
  maxShares: z.int().min(1).optional(),
  tier: z.string().optional(),
  supportsHibernation: z.boolean().optional(),
  optimizedForFrequentAttach: z.boolean().optional(),
  supportedCapabilities: z
    .strictObject({
      architecture: z.enum(["x64", "Arm64"]).optional(),
      acceleratedNetwork: z.boolean().optional(),
      diskControllerTypes: z.string().optional(),
    })
    .optional(),
  encryption: z
    .strictObject({
      type: z.literal("EncryptionAtRestWithPlatformKey").optional(),
      diskEncryptionSetId: z.undefined().optional(),
    })
    .optional(),
};

export const diskSchema = z.strictObject({
  ...trackedMembers,
  managedBy: readOnly,
  managedByExtended: readOnly,
  sku: sku.optional(),
  zones: z.array(z.string()).optional(),
  properties: z.strictObject({
    ...changeable,
    creationData,
    hyperVGeneration: z.enum(["V1", "V2"]).optional(),
    securityProfile: z
      .strictObject({
        securityType: z
          .enum(["TrustedLaunch", "ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey"])
          .optional(),
      })
      .optional(),
    timeCreated: readOnly,
    uniqueId: readOnly,
    diskSizeBytes: readOnly,
    diskState: readOnly,
    provisioningState: readOnly,
    propertyUpdatesInProgress: readOnly,
  }),
});

export const diskPatchSchema = z.strictObject({
  ...patchMembers,
  sku: sku.optional(),
  properties: z.strictObject(changeable).optional(),
});

export const grantSchema = z.strictObject({
  access: z.enum(["Read", "Write"]),
  durationInSeconds: z.int().min(1).max(4_294_967_295),
  getSecureVMGuestStateSAS: z.literal(false).optional(),
  fileFormat: z.literal("VHD").optional(),
});

export type DiskBody = z.infer<typeof diskSchema>;
export type ImageReference = z.infer<typeof imageReference>;
