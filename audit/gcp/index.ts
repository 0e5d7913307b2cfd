import { gcpNativeProvider } from "../../config/gcp/native-provider";
import type { GcpConfig } from "../../config/gcp/schema";
import { inLabelAlphabet } from "../../config/gcp/names";
import type { CloudAudit } from "../cloud";
import { droppedImages } from "./dropped";

export const gcp: CloudAudit<GcpConfig> = {
  nativePackage: gcpNativeProvider.package,
  strangerVariables: ["STRANGER_GCP_TOKEN"],
  searchPlaces: ({ project, bucket }) => ({ projects: [project], buckets: [bucket.name] }),
  remnants: [
    "gcp:compute/image:Image",
    "gcp:storage/bucket:Bucket",
    "imprimatur:gcp:ImageArchive",
    "imprimatur:gcp:Arm64Image",
  ],
  dropped: droppedImages,
  spellingInTags: inLabelAlphabet,
  pricePages: [
    "https://cloud.google.com/compute/disks-image-pricing",
    "https://cloud.google.com/storage/pricing",
  ],
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./queries") as typeof import("./queries")).queries,
};
