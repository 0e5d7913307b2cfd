/** Images missing from the state because their creation was interrupted. Pure. */
import type { StateResource } from "../state-resource";

export const ARCHIVE_TYPE = "imprimatur:gcp:ImageArchive";
export const IMAGE_TYPES = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"] as const;

/**
 * A line for each image whose archive is complete in the state while the image is missing. The native resource drops
 * an image whose operation it could not watch to its end (audit/gcp/dropped.ts); the next `up` then fails with 409
 * alreadyExists.
 */
export function lostImages(resources: readonly StateResource[]): string[] {
  const isImage = (type: string) => (IMAGE_TYPES as readonly string[]).includes(type);
  const made = new Set(resources.filter(({ type }) => isImage(type)).map(({ name }) => name));
  return resources.flatMap(({ type, name, outputs }) => {
    const image = type === ARCHIVE_TYPE ? imageOfWhole(outputs) : undefined;
    if (image === undefined || made.has(name)) return [];
    return [
      `image ${image} was to be made of its archive, and the state does not have it; if Google answers 409 alreadyExists, it was ` +
        "made all the same: `imprimatur up` gets it out of the way",
    ];
  });
}

/** @returns name of the image to be made of an archive; `undefined`: the archive is incomplete */
export function imageOfWhole({
  image,
  unfinished,
}: {
  image?: unknown;
  unfinished?: unknown;
}): string | undefined {
  return unfinished !== true && typeof image === "string" ? image : undefined;
}
