import type { CloudQueries } from "../cloud";
import { auditAzure } from "./audit";
import { placesOnAzure } from "./places";
import { definitionRemnant, diskRemnant, galleryRemnant, groupRemnant, versionRemnant } from "./remnants";
import { sweepAzure } from "./sweep";

export const queries: CloudQueries = {
  audit: auditAzure,
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
