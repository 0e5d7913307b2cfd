import type { Image } from "../config/image-file";
import { type Architecture, ARCHITECTURES } from "../config/release";
import type { ReleaseBuild } from "./cloud";

export interface ImageOf {
  readonly architecture: Architecture;
  readonly image: Image;
}

/** The images of a release, in the order of {@link ARCHITECTURES}. */
export function imagesOf({ imageFile }: Pick<ReleaseBuild, "imageFile">): ImageOf[] {
  return ARCHITECTURES.flatMap((architecture) => {
    const image = imageFile.images[architecture];
    return image === undefined ? [] : [{ architecture, image }];
  });
}
