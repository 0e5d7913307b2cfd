/** Regions and zones of Compute Engine, and the storage locations of images. */

/** Region → zone letters. https://cloud.google.com/compute/docs/regions-zones, November 2026. */
export const REGIONS: Readonly<Record<string, string>> = {
  "africa-south1": "abc",
  "asia-east1": "abc",
  "asia-east2": "abc",
  "asia-northeast1": "abc",
  "asia-northeast2": "abc",
  "asia-northeast3": "abc",
  "asia-south1": "abc",
  "asia-south2": "abc",
  "asia-southeast1": "abc",
  "asia-southeast2": "abc",
  "asia-southeast3": "abc",
  "australia-southeast1": "abc",
  "australia-southeast2": "abc",
  "europe-central2": "abc",
  "europe-north1": "abc",
  "europe-north2": "abc",
  "europe-southwest1": "abc",
  "europe-west1": "bcd",
  "europe-west10": "abc",
  "europe-west12": "abc",
  "europe-west2": "abc",
  "europe-west3": "abc",
  "europe-west4": "abc",
  "europe-west6": "abc",
  "europe-west8": "abc",
  "europe-west9": "abc",
  "me-central1": "abc",
  "me-central2": "abc",
  "me-west1": "abc",
  "northamerica-northeast1": "abc",
  "northamerica-northeast2": "abc",
  "northamerica-south1": "abc",
  "southamerica-east1": "abc",
  "southamerica-west1": "abc",
  "us-central1": "abcf",
  "us-east1": "bcd",
  "us-east4": "abc",
  "us-east5": "abc",
  "us-south1": "abc",
  "us-west1": "abc",
  "us-west2": "abc",
  "us-west3": "abc",
  "us-west4": "abc",
};

const MULTI_REGIONS: readonly string[] = ["asia", "eu", "us"];
/** Cloud Storage has predefined dual-regions in addition to regions and multi-regions. */
const DUAL_REGIONS: readonly string[] = ["asia1", "eur4", "eur5", "eur7", "eur8", "nam4"];

/** Storage locations of an image's content: a region or a multi-region. */
export const IMAGE_LOCATIONS: readonly string[] = [...MULTI_REGIONS, ...Object.keys(REGIONS)];

export function isImageLocation(location: string): boolean {
  return IMAGE_LOCATIONS.includes(location);
}

/** Location type of a bucket's location; `undefined` for an unknown one. */
export function bucketLocationType(location: string): "region" | "dual-region" | "multi-region" | undefined {
  const name = location.toLowerCase();
  if (name in REGIONS) return "region";
  if (MULTI_REGIONS.includes(name)) return "multi-region";
  return DUAL_REGIONS.includes(name) ? "dual-region" : undefined;
}

/** The multi-region nearest to a bucket: default storage location of its images. */
export function nearestMultiRegion(bucketLocation: string): string {
  const name = bucketLocation.toLowerCase();
  if (/^(eu|me-|africa)/.test(name)) return "eu";
  return /^(asia|australia)/.test(name) ? "asia" : "us";
}
