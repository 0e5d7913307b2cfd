import type { Property, Schema } from "../bridge/schema";
import type { NativeType } from "./native-type";

/* Names and shapes: the type docs of @pulumi/azure-native 3.28.0; API versions are the ones those name. */

const text: Property = { type: "string", by: "optional" };
const needed: Property = { type: "string", by: "required" };
const flag: Property = { type: "bool", by: "optional" };
const whole: Property = { type: "int", by: "optional" };
const object = (fields: Schema, by: Property["by"] = "optional"): Property => ({
  type: "object",
  by,
  fields,
});
const list = (fields?: Schema): Property => ({ type: "list", by: "optional", fields });

const TRACKED: Schema = {
  location: needed,
  resourceGroupName: needed,
  tags: { type: "map", by: "optional" },
};
const COMPUTE =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute";
const READ_ONLY = ["name", "provisioningState", "systemData", "type"];
const imageReference = object({
  communityGalleryImageId: text,
  id: text,
  lun: whole,
  sharedGalleryImageId: text,
});
const range = object({ max: whole, min: whole });

export const RESOURCE_GROUP: NativeType = {
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  apiVersion: "2024-03-01",
  named: "resourceGroupName",
  inputs: {
    location: needed,
    managedBy: text,
    resourceGroupName: needed,
    tags: { type: "map", by: "optional" },
  },
  topLevel: ["location", "managedBy", "tags"],
  outputs: ["name", "properties", "type"],
  replaces: ["location", "resourceGroupName"],
};

export const DISK: NativeType = {
  path: `${COMPUTE}/disks/{diskName}`,
  apiVersion: "2024-03-02",
  named: "diskName",
  inputs: {
    ...TRACKED,
    burstingEnabled: flag,
    creationData: object(
      {
        createOption: needed,
        galleryImageReference: imageReference,
        imageReference,
        logicalSectorSize: whole,
        performancePlus: flag,
        provisionedBandwidthCopySpeed: text,
        securityDataUri: text,
        sourceResourceId: text,
        sourceUri: text,
        storageAccountId: text,
        uploadSizeBytes: whole,
      },
      "required",
    ),
    dataAccessAuthMode: text,
    diskName: needed,
    diskSizeGB: whole,
    encryption: object({ diskEncryptionSetId: text, type: text }),
    hyperVGeneration: text,
    maxShares: whole,
    networkAccessPolicy: text,
    optimizedForFrequentAttach: flag,
    osType: text,
    publicNetworkAccess: text,
    securityProfile: object({ secureVMDiskEncryptionSetId: text, securityType: text }),
    sku: object({ name: text }),
    supportedCapabilities: object({
      acceleratedNetwork: flag,
      architecture: text,
      diskControllerTypes: text,
    }),
    supportsHibernation: flag,
    tier: text,
    zones: list(),
  },
  topLevel: ["extendedLocation", "location", "sku", "tags", "zones"],
  outputs: [
    ...READ_ONLY,
    "burstingEnabledTime",
    "diskSizeBytes",
    "diskState",
    "lastOwnershipUpdateTime",
    "managedBy",
    "managedByExtended",
    "propertyUpdatesInProgress",
    "shareInfo",
    "timeCreated",
    "uniqueId",
  ],
  replaces: ["diskName", "location", "resourceGroupName"],
};

export const GALLERY: NativeType = {
  path: `${COMPUTE}/galleries/{galleryName}`,
  apiVersion: "2024-03-03",
  named: "galleryName",
  inputs: {
    ...TRACKED,
    description: text,
    galleryName: needed,
    sharingProfile: object({
      communityGalleryInfo: object({
        eula: text,
        publicNamePrefix: text,
        publisherContact: text,
        publisherUri: text,
      }),
      permissions: text,
    }),
    softDeletePolicy: object({ isSoftDeleteEnabled: flag }),
  },
  topLevel: ["identity", "location", "tags"],
  outputs: [...READ_ONLY, "identifier", "sharingStatus"],
  replaces: ["galleryName", "location", "resourceGroupName"],
};

export const GALLERY_IMAGE: NativeType = {
  path: `${COMPUTE}/galleries/{galleryName}/images/{galleryImageName}`,
  apiVersion: "2024-03-03",
  named: "galleryImageName",
  inputs: {
    ...TRACKED,
    allowUpdateImage: flag,
    architecture: text,
    description: text,
    disallowed: object({ diskTypes: list() }),
    endOfLifeDate: text,
    eula: text,
    features: list({ name: text, startsAtVersion: text, value: text }),
    galleryImageName: needed,
    galleryName: needed,
    hyperVGeneration: text,
    identifier: object({ offer: needed, publisher: needed, sku: needed }, "required"),
    osState: needed,
    osType: needed,
    privacyStatementUri: text,
    purchasePlan: object({ name: text, product: text, publisher: text }),
    recommended: object({ memory: range, vCPUs: range }),
    releaseNoteUri: text,
  },
  topLevel: ["location", "tags"],
  outputs: READ_ONLY,
  replaces: ["galleryImageName", "galleryName", "location", "resourceGroupName"],
};

export const GALLERY_IMAGE_VERSION: NativeType = {
  path: `${COMPUTE}/galleries/{galleryName}/images/{galleryImageName}/versions/{galleryImageVersionName}`,
  apiVersion: "2024-03-03",
  named: "galleryImageVersionName",
  inputs: {
    ...TRACKED,
    galleryImageName: needed,
    galleryImageVersionName: needed,
    galleryName: needed,
    publishingProfile: object({
      endOfLifeDate: text,
      excludeFromLatest: flag,
      replicaCount: whole,
      replicationMode: text,
      storageAccountType: text,
      targetExtendedLocations: list(),
      targetRegions: list({
        excludeFromLatest: flag,
        name: needed,
        regionalReplicaCount: whole,
        storageAccountType: text,
      }),
    }),
    restore: flag,
    safetyProfile: object({ allowDeletionOfReplicatedLocations: flag, blockDeletionBeforeEndOfLife: flag }),
    securityProfile: object({ uefiSettings: { type: "map", by: "optional" } }),
    storageProfile: object(
      {
        dataDiskImages: list(),
        osDiskImage: object({
          hostCaching: text,
          source: object({ id: text, storageAccountId: text, uri: text }),
        }),
        source: object({ communityGalleryImageId: text, id: text, virtualMachineId: text }),
      },
      "required",
    ),
  },
  topLevel: ["location", "tags"],
  outputs: [...READ_ONLY, "replicationStatus", "validationsProfile"],
  replaces: ["galleryImageName", "galleryImageVersionName", "galleryName", "location", "resourceGroupName"],
};
