import type { CloudAudit } from "../cloud";
import { arm64ImageRemnant, archiveRemnant, bucketRemnant, googleImageRemnant } from "./remnants";
import { placesOnGcp } from "./places";
import { sweepGcp } from "./sweep";
import { auditGcp } from "./audit";

export const gcp: CloudAudit = {
  audit: auditGcp,
  strangerNeeds: "STRANGER_GCP_TOKEN is not set",
  places: placesOnGcp,
  sweep: sweepGcp,
  remnants: {
    "gcp:compute/image:Image": googleImageRemnant,
    "gcp:storage/bucket:Bucket": bucketRemnant,
    "imprimatur:gcp:ImageArchive": archiveRemnant,
    "imprimatur:gcp:Arm64Image": arm64ImageRemnant,
  },
};
