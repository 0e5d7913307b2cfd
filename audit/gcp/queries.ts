import type { CloudQueries } from "../cloud";
import { auditGcp } from "./audit";
import { placesOnGcp } from "./places";
import { arm64ImageRemnant, archiveRemnant, bucketRemnant, googleImageRemnant } from "./remnants";
import { sweepGcp } from "./sweep";

export const queries: CloudQueries = {
  audit: auditGcp,
  places: placesOnGcp,
  sweep: sweepGcp,
  remnants: {
    "gcp:compute/image:Image": googleImageRemnant,
    "gcp:storage/bucket:Bucket": bucketRemnant,
    "imprimatur:gcp:ImageArchive": archiveRemnant,
    "imprimatur:gcp:Arm64Image": arm64ImageRemnant,
  },
};
