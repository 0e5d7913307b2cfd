import type { CloudAudit } from "../cloud";
import { definitionRemnant, diskRemnant, galleryRemnant, groupRemnant, versionRemnant } from "./remnants";
import { placesOnAzure } from "./places";
import { sweepAzure } from "./sweep";
import { auditAzure } from "./audit";

export const azure: CloudAudit = {
  audit: auditAzure,
  strangerNeeds: "STRANGER_AZURE_TOKEN and STRANGER_AZURE_SUBSCRIPTION_ID are not set",
  places: placesOnAzure,
  sweep: sweepAzure,
  remnants: {
    "azure-native:resources:ResourceGroup": groupRemnant,
    "azure-native:compute:Gallery": galleryRemnant,
    "azure-native:compute:GalleryImage": definitionRemnant,
    "azure-native:compute:GalleryImageVersion": versionRemnant,
    "azure-native:compute:Disk": diskRemnant,
  },
};
