import type { StateResource } from "../state-resource";
import { REQUEST_DIGEST, type ImmutableReader, type ObservedImage } from "../immutable";

const IMAGE = "gcp:compute/image:Image";
const ARM64_IMAGE = "imprimatur:gcp:Arm64Image";
const ARCHIVE = "imprimatur:gcp:ImageArchive";

/** Images, under the ledger's names: see `immutableValues` in components/gcp/immutable.ts. */
export const gcpImmutable: ImmutableReader = ({ ofImages }) => {
  const archives = new Map(ofImages(ARCHIVE).map(({ name, outputs }) => [name, outputs]));
  return ofImages(IMAGE, ARM64_IMAGE).map(
    ({ version, architecture, name: resource, outputs }): ObservedImage => {
      const name = outputs.imageName ?? outputs.name;
      const { project, description } = outputs;
      const lists = {
        guestOsFeatures: listOf(outputs.guestOsFeatures),
        licenses: listOf(outputs.licenses),
        storageLocations: listOf(outputs.storageLocations),
      };
      const bucket = bucketOf(outputs);
      const values = {
        project,
        name,
        description,
        bucket,
        ...lists,
        [REQUEST_DIGEST]: archives.get(resource)?.neededFor,
      };
      return {
        version,
        architecture,
        values: Object.fromEntries(
          Object.entries(values).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
        ),
      };
    },
  );
};

/** `https://storage.googleapis.com/<bucket>/<object>` */
function bucketOf({ rawDisk, source }: StateResource["outputs"]): string | undefined {
  const archive = source ?? (rawDisk as { source?: unknown } | undefined)?.source;
  return typeof archive === "string" ? /^https:\/\/[^/]+\/([^/]+)\//.exec(archive)?.[1] : undefined;
}

/** Absent where the state has no value; features are objects in the native resource. */
function listOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const words = (value as unknown[]).map((item) => (item as { type?: unknown } | null)?.type ?? item);
  return words.filter((word) => typeof word === "string").join(", ");
}
