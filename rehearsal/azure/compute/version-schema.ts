import { z } from "zod";
import { patchMembers, readOnly, trackedMembers } from "../arm/tracked";

const storageAccountType = z.enum(["Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"]);
const hostCaching = z.enum(["None", "ReadOnly", "ReadWrite"]);
const date = z.iso.datetime({ offset: true });

const publishingProfile = z.strictObject({
  targetRegions: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        regionalReplicaCount: z.int().min(1).max(100).optional(),
        storageAccountType: storageAccountType.optional(),
        excludeFromLatest: z.boolean().optional(),
        encryption: z.null().optional(),
      }),
    )
    .min(1)
    .optional(),
  replicaCount: z.int().min(1).max(100).optional(),
  excludeFromLatest: z.boolean().optional(),
  endOfLifeDate: date.optional(),
  storageAccountType: storageAccountType.optional(),
  replicationMode: z.enum(["Full", "Shallow"]).optional(),
  targetExtendedLocations: z.array(z.never()).optional(),
  publishedDate: readOnly,
});

const safetyProfile = z.strictObject({
  allowDeletionOfReplicatedLocations: z.boolean().optional(),
  blockDeletionBeforeEndOfLife: z.boolean().optional(),
  reportedForPolicyViolation: readOnly,
  policyViolations: readOnly,
});

const storageProfile = z
  .strictObject({
    source: z.strictObject({ id: z.string().min(1) }).nullish(),
    osDiskImage: z
      .strictObject({
        hostCaching: hostCaching.optional(),
        source: z.strictObject({ id: z.string().min(1).optional() }).optional(),
        sizeInGB: readOnly,
      })
      .nullish(),
    dataDiskImages: z.array(z.never()).nullish(),
  })
  .refine(
    ({ source, osDiskImage }) => !(source && osDiskImage?.source?.id),
    "Only one of source.id and osDiskImage.source.id can be given.",
  );

const computed = { provisioningState: readOnly, replicationStatus: readOnly, validationsProfile: readOnly };

export const versionSchema = z.strictObject({
  ...trackedMembers,
  properties: z.strictObject({
    publishingProfile: publishingProfile.optional(),
    storageProfile,
    safetyProfile: safetyProfile.optional(),
    securityProfile: z.strictObject({ uefiSettings: z.null().optional() }).optional(),
    restore: z.literal(false).optional(),
    ...computed,
  }),
});

export const versionPatchSchema = z.strictObject({
  ...patchMembers,
  properties: z
    .strictObject({
      publishingProfile: publishingProfile.optional(),
      storageProfile: storageProfile.optional(),
      safetyProfile: safetyProfile.optional(),
      ...computed,
    })
    .optional(),
});

export type PublishingProfile = z.infer<typeof publishingProfile>;
export type SafetyProfile = z.infer<typeof safetyProfile>;
