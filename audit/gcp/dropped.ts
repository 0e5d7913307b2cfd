import { ARCHIVE_TYPE, IMAGE_TYPES, imageOfWhole } from "../../config/gcp/lost";
import type { DroppedObjects } from "../recover/dropped";

/**
 * Google's native image is dropped from the state when its operation cannot be watched to the end, because of an
 * expired token or a network failure (`d.SetId("")` after ComputeOperationWaitTime in resource_compute_image.go of
 * terraform-provider-google-beta 7.45, read 2026-11); the image is created nevertheless, and every later creation
 * fails with 409 alreadyExists. The arm64 image is lost likewise. Both are begun only once their archive is in the state.
 */
export const droppedImages: DroppedObjects = {
  types: IMAGE_TYPES,
  source: ARCHIVE_TYPE,
  madeOf({ inputs, outputs }) {
    const name = imageOfWhole({ image: inputs.image, unfinished: outputs.unfinished });
    return name === undefined ? undefined : { project: inputs.project, name };
  },
};
