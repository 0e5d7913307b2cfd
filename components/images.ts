import { diskIdentity } from "../facts/disk-identity";
import type { Image } from "../config/image-file";
import { type Architecture, ARCHITECTURES, compareVersions, type Release } from "../config/release";
import type { RawDiskArgs } from "../resources/raw-disk";
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

export function planDisk({ imageFile }: Release, { architecture, image }: ImageOf): RawDiskArgs {
  const { size, blockMap } = image;
  return {
    imageFile,
    architecture,
    size,
    sha256: diskIdentity(image),
    blockMapRoot: blockMap.root,
    dataBlocks: blockMap.dataBlocks,
  };
}

/** The replacement of a deprecated release: the newest published one of its variant with the architecture. */
export function replacementFor(
  builds: readonly ReleaseBuild[],
  { variant }: Pick<Release, "variant">,
  architecture: Architecture,
): Release | undefined {
  return builds
    .filter(
      ({ release, imageFile }) =>
        release.state === "published" &&
        release.variant === variant &&
        imageFile.images[architecture] !== undefined,
    )
    .map(({ release }) => release)
    .sort((a, b) => compareVersions(b.version, a.version))[0];
}
