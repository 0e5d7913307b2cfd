/** Images missing from the state because their creation was interrupted. Pure. */
import type { StateResource } from "../access";

const ARCHIVE = "imprimatur:gcp:ImageArchive";
const IMAGES = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"];

/**
 * A line for each image whose archive is complete in the state while the image is missing. The native resource drops
 * an image whose operation it could not watch to its end (audit/recover/unmarked.ts); the next `up` then fails with
 * 409 alreadyExists.
 */
export function lostImages(resources: readonly StateResource[]): string[] {
  const made = new Set(resources.filter(({ type }) => IMAGES.includes(type)).map(({ name }) => name));
  return resources.flatMap(({ type, name, outputs }) => {
    const { image, unfinished } = outputs;
    if (type !== ARCHIVE || unfinished === true || typeof image !== "string" || made.has(name)) return [];
    return [
      `image ${image} was to be made of its archive, and the state does not have it; if Google answers 409 alreadyExists, it was ` +
        "made all the same: `imprimatur up` gets it out of the way",
    ];
  });
}
