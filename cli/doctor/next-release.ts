import type { ReleaseBuild } from "../../components/cloud";
import { planStack, type StackPlan } from "../../components/plan";
import type { Image, ImageFile } from "../../config/image-file";
import { compareVersions, type Release } from "../../config/release";
import { BLOCK_SIZE, GIB } from "../../facts/units";
import type { StackFile } from "../stack";

/** Later than any build, and a version on every cloud. */
const VERSION = "99991231.0";

/**
 * The stack with one more release: published, of disks like the newest one's. Its preflight asks for all that the next
 * publication needs in every region, whatever the stack publishes now.
 */
export function planNextRelease({ config, imageFiles }: StackFile, owner: string): StackPlan {
  const builds = config.releases
    .flatMap((release): ReleaseBuild[] => {
      const imageFile = imageFiles.get(release.imageFile);
      return imageFile === undefined ? [] : [{ release, imageFile }];
    })
    .sort((a, b) => compareVersions(b.release.version, a.release.version));
  const release = { version: VERSION, state: "published", imageFile: "next.json" } as Release;
  const imageFile = { ...(builds[0]?.imageFile ?? PLAIN), version: VERSION } as ImageFile;
  const next = { release, imageFile };
  return planStack(
    { ...config, releases: [next.release, ...config.releases] },
    { stack: owner, builds: [next, ...builds] },
  );
}

export const nextVersion = VERSION;

/** Where nothing was inspected yet: what plans read of an image file. */
const PLAIN = {
  images: {
    x86_64: {
      file: "next.raw",
      size: GIB,
      sha256: "0".repeat(64),
      sha512: "0".repeat(128),
      bootMode: "uefi",
      blockMap: { blockSize: BLOCK_SIZE, blocks: 2048, dataBlocks: 0, root: "0".repeat(64) },
    } as Partial<Image>,
  },
};
